import pLimit from 'p-limit';
import { jobId } from '../buffer/job-id.ts';
import { unsealedWindows } from '../buffer/unsealed-windows.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { RequestError } from '../errors.ts';
import { findRecords } from '../jobs/find-jobs.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import { JOB_LISTS } from '../store/job-ports.ts';
import type { KeyScope } from '../store/key-holder.ts';
import type { Services } from '../store/services.ts';
import { checkGroup } from './check-group.ts';

/** Jobs that one call looks at. */
const JOBS = 200;
const PARALLEL_READS = 16;

/** Where an item with a dedup key is. */
export interface ItemPlace {
  readonly job: string;
  /** Its slot in the job's window. */
  readonly slot: number;
  /** Its window is not flushed yet. */
  readonly buffered: boolean;
}

export interface FoundItem {
  readonly places: readonly ItemPlace[];
  /** Jobs that were looked at. */
  readonly looked: number;
  /** Where to look on: there are older jobs. */
  readonly cursor?: string;
}

interface StoredHead {
  readonly buffer: BufferKey;
  readonly head: Head;
}

/**
 * Finds items by their dedup key: in the windows of a group that are not yet jobs, in the window that is remembered for
 * the key, and in the group's latest 200 jobs, of those among the batch's latest 2,000. Each takes one read of a dedup
 * marker. The writer of a marker may have died before its item landed, so that its slot is empty.
 *
 * @throws RequestError `request.malformed` for a batch without dedup keys, or whose duplicates are dropped at the flush
 */
export async function findItem(
  services: Pick<Services, 'store' | 'deployment'>,
  definition: Definition,
  {
    key,
    group,
    cursor,
  }: { readonly key: string; readonly group?: string | undefined; readonly cursor?: string | undefined },
): Promise<FoundItem> {
  const { name: batch, shards, deduplicateBy, dedupKeep, dedupTtlMs } = definition;
  checkGroup(definition, group);
  if (deduplicateBy === undefined || dedupKeep !== undefined) {
    throw new RequestError(
      ERROR_CODES.requestMalformed,
      `Items of batch ${batch} cannot be found by a key: it ${
        deduplicateBy === undefined
          ? 'has no deduplicateBy'
          : "drops duplicates at the flush (at: 'flush'), and so stores no key at the add"
      }. A receipt names the item's job; jobs list their items by job (cistern job ID --items).`,
    );
  }
  const { store } = services;
  const holderOf = async (scope: KeyScope) => (await store.dedupKeys.readKeys(scope, [key])).get(key);
  const buffers = Array.from({ length: shards }, (_, shard) => ({ batch, group, shard }));
  const [remembered, heads] = await Promise.all([
    dedupTtlMs === undefined || cursor !== undefined ? undefined : holderOf({ batch, group }),
    cursor === undefined ? store.heads.readHeads(buffers) : [],
  ]);
  // A window that no head had any more had become a job before. This later read lists the jobs. On DynamoDB it reads an
  // index, which usually lags by less than a second, so that it may miss a job of the last moment.
  const page = await findRecords(services, batch, { group, limit: JOBS, cursor }, JOB_LISTS);
  const idOf = ({ buffer, head }: StoredHead, window: number) =>
    jobId(services.deployment, buffer, head.epoch, window);
  const open = heads.flatMap(stored =>
    unsealedWindows(stored.head).map(({ window }) => idOf(stored, window)),
  );
  const sealed = heads.flatMap(stored => stored.head.pending.map(({ window }) => idOf(stored, window)));
  const flushed = page.jobs.map(({ id }) => id);
  const windows = new Set([...open, ...sealed, ...flushed]);
  const limit = pLimit(PARALLEL_READS);
  const held = await Promise.all([...windows].map(job => limit(() => holderOf({ job }))));
  const holders = [remembered, ...held].filter(holder => holder !== undefined);
  const places = new Map(
    holders.map(({ job, slot }) => [job, { job, slot, buffered: open.includes(job) }] as const),
  );
  return {
    places: [...places.values()],
    looked: flushed.length,
    ...(page.cursor !== undefined && { cursor: page.cursor }),
  };
}
