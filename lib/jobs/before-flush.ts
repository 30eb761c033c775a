import { LIMITS } from '../definition/limits.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { JobError } from '../errors.ts';
import { toJson } from '../json/to-json.ts';
import { storeItems } from '../memory/store-items.ts';
import { limitsOf } from '../producer/limits-of.ts';
import type { Job, PreparedRecord } from '../store/job.ts';
import type { StoreAccess } from '../store/services.ts';
import { toBits } from './bits.ts';
import type { NumberedItem } from './job-items.ts';
import { reach, UnavailableError } from './unavailable.ts';

/**
 * Calls `beforeFlush` with a window's items, and stores its answer, so that each attempt gets the same items. If the
 * answer only leaves items out, a bit for each item is stored. Otherwise the returned items are stored like a window,
 * under a name of this run, so that the answers of two runs do not mix.
 *
 * @returns what is stored, by this run or by an earlier one
 * @throws what the hook throws; JobError when its answer cannot be a batch; UnavailableError, also when the lock
 *   has been lost
 */
export async function runBeforeFlush(
  services: StoreAccess,
  definition: Definition,
  job: Job,
  by: string,
  window: readonly NumberedItem[],
): Promise<PreparedRecord> {
  const before = window.map(({ item }) => JSON.stringify(item));
  const answer = await definition.hooks.beforeFlush?.(
    Object.freeze(window.map(({ item }) => item)),
    job.group,
  );
  if (!Array.isArray(answer)) {
    throw new JobError(
      ERROR_CODES.jobItemNotJson,
      `beforeFlush has to return an array of items; it returned ${answer === null ? 'null' : typeof answer}.`,
    );
  }
  const kept = keptNumbers(window, before, answer);
  const prepared = kept
    ? { count: kept.length, kept: toBits(kept, (window.at(-1)?.number ?? -1) + 1) }
    : await storeAnswer(services, definition, job, by, answer);
  const written = await reach(services, () => services.store.jobs.putPrepared(job.id, by, prepared));
  if (written) return written;
  throw new UnavailableError('another process has taken the job over');
}

/** Returns the numbers of the items that an answer has kept; undefined if it did more than leave items out. */
function keptNumbers(
  window: readonly NumberedItem[],
  before: readonly string[],
  answer: readonly unknown[],
): number[] | undefined {
  const kept: number[] = [];
  let place = 0;
  for (const item of answer) {
    while (place < window.length && window[place]?.item !== item) place += 1;
    // a new item, one out of order, or one that was changed in place
    if (place === window.length || JSON.stringify(item) !== before[place]) return undefined;
    kept.push(window[place]?.number ?? 0);
    place += 1;
  }
  return kept;
}

async function storeAnswer(
  services: StoreAccess,
  definition: Definition,
  job: Job,
  by: string,
  answer: readonly unknown[],
): Promise<PreparedRecord> {
  const { maxSize } = limitsOf(definition, job.group);
  if (answer.length > Math.max(maxSize, job.count)) {
    throw new JobError(
      ERROR_CODES.jobItemNotJson,
      `beforeFlush returned ${answer.length} items, and a batch may have ${maxSize}.`,
      { details: { items: answer.length, maxSize } },
    );
  }
  const jsons = answer.map((item, at) => {
    const json = toJson(item, (_, message) => {
      throw new JobError(ERROR_CODES.jobItemNotJson, `item ${at} that beforeFlush returned: ${message}`);
    });
    if (Buffer.byteLength(json) <= LIMITS.itemBytes) return json;
    throw new JobError(
      ERROR_CODES.jobItemNotJson,
      `item ${at} that beforeFlush returned is over ${LIMITS.itemBytes} bytes as JSON.`,
    );
  });
  const under = `${job.id}.${by}`;
  await reach(services, () => storeItems(services, under, jsons));
  return { under, count: answer.length };
}
