import pLimit from 'p-limit';
import { ThrottledError } from './limits.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How long a request takes there and back, in ms: so long, and now and then much longer. */
const LATENCY_MS = { table: 4, queues: 8 } as const;
/** What the SDK does about a request that is throttled: its standard retry mode (`@smithy/core/retry`). */
const TRIES = 4;
const THROTTLED_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;
const RETRY_TOKENS = 500;
const RETRY_COST = 5;
/** Requests that a process has under way at a time, as lib/store/clients.ts has it. */
const IN_FLIGHT = 128;
const NEVER = new Promise<never>(() => {});

/** Whether a process still runs. What a dead one waits for never comes. */
export interface Life {
  isOver: boolean;
}

/** A store or queues as one process reaches them: each request takes time, and one that is throttled is sent again. */
export function reached<T extends object>(
  target: T,
  where: keyof typeof LATENCY_MS,
  time: VirtualTime,
  draw: () => number,
  life: Life,
): T {
  const limit = pLimit(IN_FLIGHT);
  let retryTokens = RETRY_TOKENS;
  const legMs = (): number => LATENCY_MS[where] / 4 - (LATENCY_MS[where] / 4) * Math.log(1 - draw() * 0.999);
  const leg = async (): Promise<void> => {
    await time.sleep(legMs());
    if (life.isOver) await NEVER;
  };
  const send = async (request: () => Promise<unknown>): Promise<unknown> => {
    for (let tries = 1; ; tries++) {
      await leg();
      try {
        const answer = await request();
        await leg();
        retryTokens = Math.min(RETRY_TOKENS, retryTokens + (tries > 1 ? RETRY_COST : 1));
        return answer;
      } catch (error) {
        await leg();
        if (!(error instanceof ThrottledError) || tries === TRIES || retryTokens < RETRY_COST) throw error;
        retryTokens -= RETRY_COST;
        await time.sleep(Math.min(LONGEST_PAUSE_MS, draw() * THROTTLED_PAUSE_MS * 2 ** tries));
      }
    }
  };
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => limit(() => send(async () => value.apply(object, args)));
    },
  });
}
