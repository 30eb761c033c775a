import type { JobInfo } from '../api/contract.ts';
import { call } from '../api/request.ts';

/** Jobs of a batch that are found at most: of more, the text says too little. */
const MOST = 50;
/** Pages that are read for them. A page may have no such job, and yet a next. */
const PAGES = 10;

/** What the text of a search may be of an id. Shorter ones name too many jobs. */
export const mayBeOfId = (text: string): boolean => /^[0-9a-f][0-9a-f-]{3,35}$/i.test(text);

/** The latest jobs of a batch whose id has the text in it. */
export async function findJobs(batch: string, text: string, signal: AbortSignal): Promise<JobInfo[]> {
  const found: JobInfo[] = [];
  const id = text.toLowerCase();
  let cursor: string | undefined;
  for (let page = 0; page < PAGES && found.length < MOST; page++) {
    const answer = await call('GET /v1/batches/{batch}/jobs', { batch, id, limit: MOST, cursor }, signal);
    found.push(...answer.jobs);
    if (answer.cursor === undefined || answer.cursor === cursor) break;
    cursor = answer.cursor;
  }
  return found.slice(0, MOST);
}
