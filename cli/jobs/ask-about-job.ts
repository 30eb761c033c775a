import type { ApiClient } from '../api/api-client.ts';
import { ApiError, CLI_CODES, CommandError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { count } from '../output/number.ts';

/**
 * Asks about a job. A receipt names a job before its window is flushed, and the job has no record until then: the error
 * says so.
 *
 * @throws CommandError `cli.job_not_flushed` if its window is open; what `ask` throws otherwise
 */
export async function askAboutJob<T>(
  api: Pick<ApiClient, 'call'>,
  job: string,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError && error.problem.code === 'job.unknown')) throw error;
    const window = await api.call('GET /v1/jobs/{job}/window', { job }).catch(() => undefined);
    const items = window?.slots.filter(({ holds }) => holds === 'item').length ?? 0;
    if (window?.job !== undefined || items === 0) throw error;
    const held = `${count(items, 'item')}${window?.nextSlot === undefined ? '' : ' or more'}`;
    throw new CommandError(
      CLI_CODES.jobNotFlushed,
      EXIT.refused,
      `Job ${job} is not flushed yet: its window is open and holds ${held}. \`cistern wait ${job}\` waits for its end, and \`cistern flush BATCH\` flushes it now.`,
      { cause: error },
    );
  }
}
