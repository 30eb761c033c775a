import { useState } from 'preact/hooks';
import { ApiProblem } from '../api/api-problem.ts';
import { sendText } from '../api/request.ts';
import { requestTo } from '../api/request-to.ts';
import { refreshAll } from '../live/refresh.ts';
import { bodyOf, bulksOf } from '../model/bulks.ts';

/** What has become of the items so far. */
export interface Sent {
  readonly all: number;
  readonly accepted: number;
  readonly duplicates: number;
  /** The jobs that the accepted items are part of, with how many of them. */
  readonly jobs: ReadonlyMap<string, number>;
  /** Why the rest was not sent. */
  readonly problem?: string;
  readonly busy: boolean;
}

const NOTHING: Sent = { all: 0, accepted: 0, duplicates: 0, jobs: new Map(), busy: false };

/** Sends items to a batch, in as many requests as they need, one after the other; the first one that fails ends it. */
export function useSending(batch: string): {
  readonly sent: Sent | undefined;
  readonly send: (items: readonly string[]) => Promise<void>;
} {
  const [sent, setSent] = useState<Sent | undefined>(undefined);
  const send = async (items: readonly string[]) => {
    let now: Sent = { ...NOTHING, all: items.length, busy: true };
    setSent(now);
    const request = requestTo('POST /v1/batches/{batch}/items', { batch, items: [] });
    try {
      for (const bulk of bulksOf(items)) {
        const { accepted, duplicates, receipts } = await sendText(request, bodyOf(bulk));
        const jobs = new Map(now.jobs);
        for (const { job } of receipts) jobs.set(job, (jobs.get(job) ?? 0) + 1);
        now = { ...now, accepted: now.accepted + accepted, duplicates: now.duplicates + duplicates, jobs };
        setSent(now);
      }
    } catch (error) {
      now = { ...now, problem: error instanceof ApiProblem ? error.message : String(error) };
    }
    setSent({ ...now, busy: false });
    refreshAll();
  };
  return { sent, send };
}
