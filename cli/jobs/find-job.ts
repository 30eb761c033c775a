import type { ApiClient } from '../api/api-client.ts';
import { CLI_CODES, CommandError, UsageError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { isWholeId } from '../output/short-id.ts';

/** Matches the beginning of a job's id. A shorter one would match too many jobs. */
const BEGINNING = /^[0-9a-f][0-9a-f-]{3,34}$/;
const TOO_SHORT = /^[0-9a-f]{1,3}$/;
/** How many of the latest jobs of each batch are searched. */
const JOBS_OF_A_BATCH = 2_000;
const PAGE = 500;

type JobFinder = Pick<ApiClient, 'call'>;

/**
 * Finds a job's whole id by its beginning, among the latest 2,000 jobs of each batch. A text that cannot be the beginning
 * of an id is returned unchanged, and the API then refuses it.
 *
 * @throws UsageError if the beginning is too short
 * @throws CommandError `cli.job_not_found` if no id begins so; `cli.job_ambiguous` if several do
 */
export async function wholeJobId(api: JobFinder, given: string): Promise<string> {
  const beginning = given.toLowerCase().replace(/…$/, '');
  if (isWholeId(beginning)) return beginning;
  if (TOO_SHORT.test(beginning)) {
    throw new UsageError(
      `The beginning of a job's id has at least 4 characters; ${JSON.stringify(given)} has fewer. Give more of the id.`,
    );
  }
  if (!BEGINNING.test(beginning)) return given;
  const { batches } = await api.call('GET /v1/batches', {});
  const found = await Promise.all(batches.map(({ batch }) => jobsThatBegin(api, batch, beginning)));
  const ids = [...new Set(found.flat())];
  const [id] = ids;
  if (id === undefined) {
    throw new CommandError(
      CLI_CODES.jobNotFound,
      EXIT.refused,
      `No job's id begins with ${beginning} among the latest ${JOBS_OF_A_BATCH} jobs of each batch. Give the whole id, or look for the job with \`cistern jobs BATCH\`. A job that is not flushed yet is found by its whole id only.`,
    );
  }
  if (ids.length > 1) {
    throw new CommandError(
      CLI_CODES.jobAmbiguous,
      EXIT.usage,
      `${ids.length} jobs have ids that begin with ${beginning}: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}. Give more of the id.`,
    );
  }
  return id;
}

async function jobsThatBegin(api: JobFinder, batch: string, beginning: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let seen = 0; seen < JOBS_OF_A_BATCH; seen += PAGE) {
    const page = await api.call('GET /v1/batches/{batch}/jobs', { batch, limit: PAGE, cursor });
    found.push(...page.jobs.map(({ id }) => id).filter(id => id.startsWith(beginning)));
    if (page.cursor === undefined || page.cursor === cursor) break;
    cursor = page.cursor;
  }
  return found;
}
