import type { JobInfo } from '../api/contract.ts';
import { call } from '../api/request.ts';

/** The latest jobs of each batch that are looked through, as the command line does. */
export const JOBS_LOOKED_AT = 2_000;
const PAGE = 500;

/** What the text of a search may be of an id. Shorter ones name too many jobs. */
export const mayBeOfId = (text: string): boolean => /^[0-9a-f][0-9a-f-]{3,35}$/i.test(text);

/** The jobs of a batch whose id has the text in it, among its latest ones. */
export async function findJobs(batch: string, text: string, signal: AbortSignal): Promise<JobInfo[]> {
  const found: JobInfo[] = [];
  const wanted = text.toLowerCase();
  let cursor: string | undefined;
  for (let seen = 0; seen < JOBS_LOOKED_AT; seen += PAGE) {
    const page = await call('GET /v1/batches/{batch}/jobs', { batch, limit: PAGE, cursor }, signal);
    found.push(...page.jobs.filter(({ id }) => id.includes(wanted)));
    if (page.cursor === undefined || page.cursor === cursor) break;
    cursor = page.cursor;
  }
  return found;
}
