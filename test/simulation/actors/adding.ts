import { AddIncompleteError, CisternError } from 'cistern';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import type { Evidence, Item } from '../judge/evidence.ts';
import type { Draws } from '../world/draws.ts';
import type { Process } from '../world/process.ts';
import type { BatchPlan } from './batch-plan.ts';
import { contentOf, type PlayItem } from './play-item.ts';

/** Who adds: a process, with the deployment as it reaches it. */
export interface Adder {
  readonly process: Process;
  readonly made: Deployment;
}

/** Adds that processes have under way. */
const busy = new WeakMap<Process, number>();

/** Writes down that items are being added. */
export function beginAdd(
  evidence: Evidence,
  batch: string,
  given: readonly PlayItem[],
  definition: Pick<Definition, 'groupBy' | 'deduplicateBy' | 'dedupKeep'> | undefined,
  by: Process | undefined,
): Item[] {
  const items = given.map(
    ({ id, group, key, content }): Item => ({
      id,
      batch,
      content,
      group: definition?.groupBy ? group : undefined,
      key: definition?.deduplicateBy ? key : undefined,
      keep: definition?.dedupKeep,
      calledAt: evidence.world.now,
      by,
      takenBy: by,
      told: 'silent',
      toldAt: undefined,
      receipt: undefined,
    }),
  );
  for (const item of items) evidence.items.set(item.id, item);
  evidence.world.tell(
    `${by?.name ?? 'a client'} adds ${given.map(({ id, group, key }) => `${id}/${group}/${key}`).join(' ')} to ${batch}`,
  );
  return items;
}

/** Writes down what was said of an item. */
export function tellOf(
  { world }: Evidence,
  item: Item | undefined,
  told: Item['told'],
  receipt?: Item['receipt'],
): void {
  if (item) Object.assign(item, { told, toldAt: world.now, receipt });
}

/**
 * Adds items, and takes down what it is told. Its objects are its own, and it uses them for something else at once.
 *
 * @returns the job of the first, where all are stored
 */
export async function add(
  { process, made: deployment }: Adder,
  batch: string,
  given: readonly PlayItem[],
  evidence: Evidence,
): Promise<string | undefined> {
  const { world } = evidence;
  const definition = deployment.services.definitionOf(batch);
  if (definition === undefined) return undefined;
  const calledAt = world.now;
  const items = beginAdd(evidence, batch, given, definition, process);
  const before = process.requests;
  const alone = !busy.has(process);
  busy.set(process, (busy.get(process) ?? 0) + 1);
  const buffers = new Set(items.map(item => item.group)).size;
  try {
    const own = given.map(item => ({ ...item }));
    const adding = deployment.add(definition, own);
    for (const item of own) Object.assign(item, { id: 'another', group: 'another', key: 'another' });
    own.length = 0;
    const receipts = await adding;
    const calls = alone && busy.get(process) === 1 ? process.requests - before : undefined;
    const sealed = evidence.sealed.filter(({ by, at }) => by === process && at >= calledAt).length;
    evidence.adds.push({ batch, items, calledAt, endedAt: world.now, by: process, calls, buffers, sealed });
    for (const [at, receipt] of receipts.entries()) tellOf(evidence, items[at], 'stored', receipt);
    world.tell(
      `${process.name} is told of ${given[0]?.id}: ${receipts.map(({ job, slot, duplicate }) => `${job.slice(0, 8)}/${slot}${duplicate ? 'd' : ''}`).join(' ')}`,
    );
    return receipts[0]?.job;
  } catch (error) {
    world.tell(`${process.name} is told of ${given[0]?.id}: ${(error as Error).message}`);
    if (error instanceof AddIncompleteError) {
      for (const { index, receipt } of error.stored) tellOf(evidence, items[index], 'stored', receipt);
      for (const index of error.notStored) tellOf(evidence, items[index], 'not stored');
      for (const index of error.unknown) tellOf(evidence, items[index], 'unknown');
      return undefined;
    }
    if (!(error instanceof CisternError))
      evidence.seen['own errors'].push(`add threw what is no error of ours: ${String(error)}`);
    for (const item of items) tellOf(evidence, item, 'refused');
    return undefined;
  } finally {
    const others = (busy.get(process) ?? 1) - 1;
    // one that began beside another is not alone either
    if (others > 0) busy.set(process, others + 1_000);
    else busy.delete(process);
  }
}

/** Makes an item for a batch of so many groups and keys. */
export function makeItem(
  draws: Draws,
  id: string,
  { groups = 0, keys = 0, itemBytes }: Partial<Pick<BatchPlan, 'groups' | 'keys' | 'itemBytes'>> = {},
): PlayItem {
  return {
    id,
    group: `g${draws.int(0, Math.max(0, groups - 1))}`,
    key: `k${draws.int(0, Math.max(0, keys - 1))}`,
    urgent: draws.chance(0.1),
    ...(itemBytes !== undefined && { content: contentOf(id, itemBytes) }),
  };
}
