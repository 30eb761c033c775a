import { useEffect, useState } from 'preact/hooks';
import { connected, disconnected } from '../live/connection.ts';
import { poll } from '../live/poll.ts';
import type { JobEvent } from '../model/job-events.ts';
import { TailLooker } from './tail-looker.ts';

const EVERY_MS = 1_000;
/** Events that are kept. */
const MOST = 500;

export interface Tail {
  /** The newest first. */
  readonly events: readonly JobEvent[];
  /** Batches that did so much that some of it was not read. */
  readonly cut: readonly string[];
  /** It looks. */
  readonly begun: boolean;
}

const NOTHING: Tail = { events: [], cut: [], begun: false };

/** What happens to the jobs of a batch, or of all, from now on. */
export function useTail(batch: string | undefined): Tail & { readonly clear: () => void } {
  const [tail, setTail] = useState<Tail>(NOTHING);
  useEffect(() => {
    setTail(NOTHING);
    const looker = new TailLooker(batch);
    const polling = poll({
      ask: signal => looker.look(signal),
      everyMs: () => EVERY_MS,
      answered: ({ events, cut }) => {
        connected();
        setTail(before => ({
          events: [...events.toReversed(), ...before.events].slice(0, MOST),
          cut: [...new Set([...before.cut, ...cut])],
          begun: true,
        }));
      },
      failed: disconnected,
    });
    return polling.stop;
  }, [batch]);
  return { ...tail, clear: () => setTail({ ...NOTHING, begun: true }) };
}
