import { spread } from '#lib/hashing/spread';
import { AllPartitions, partitionsIn } from '#lib/store/all-partitions';
import type { DrainRecord } from '#lib/store/control';
import type { PlainRecord } from '#lib/store/expressions';
import type { Head } from '#lib/store/head';
import { toHead } from '#lib/store/head-record';
import { parseDueKey } from '#lib/store/index-keys';
import { isEnded, type Job } from '#lib/store/job';
import { toJob } from '#lib/store/job-record';
import { batchesKey, type RecordKey } from '#lib/store/keys';
import type { Store } from '#lib/store/ports';
import { toSlotRecord } from '#lib/store/slot-reads';
import type { SlotRecord } from '#lib/store/slot-record';
import type { Table, WriteResult } from '#lib/store/table-port';
import { tableStore } from '#lib/store/table-store';
import { MemoryTable } from '../../../local/table/memory-table.ts';
import type { Draws } from './draws.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** How the table is in a play. */
export interface StorageMood {
  /** Whether what has expired is deleted at once when it is found. */
  readonly ttlEager: boolean;
  /** How often it is looked for. */
  readonly ttlEveryMs: number;
  /** Whether the due index is too large to be read whole, and batches get ever more partitions. */
  readonly largeIndex: boolean;
}

/** Partitions that a batch gets by and by where the index is large. */
const MOST_PARTS = 4;

/** The usual lag of an index that lags, and the longest that is drawn for it. */
const USUAL_LAG_MS = 1_500;
const LONGEST_LAG_MS = 7 * USUAL_LAG_MS;

/** How long an eventually consistent read may show what was there before a write. */
const REPLICA_LAG_MS = 1_000;

/** The table of the simulated world, and what everybody sees of it. */
export class Storage {
  readonly table: MemoryTable;
  readonly #observed: Table;
  readonly #world: World;
  readonly #draws: Draws;
  readonly #replicaDraws: Draws;
  readonly heads = new Map<string, Head>();
  readonly jobs = new Map<string, Job>();
  /** What TTL has deleted of the windows of jobs that had ended. */
  readonly expired = new Map<string, Promise<SlotRecord[]>[]>();
  #indexUntil = 0;
  /** What was there before the last write of a record, until its replicas have it too. */
  readonly #before = new Map<
    string,
    { readonly record: Promise<PlainRecord | undefined>; readonly until: number }
  >();

  constructor(
    world: World,
    { ttlEager, ttlEveryMs, largeIndex }: StorageMood,
    mutate: (table: Table) => Table = table => table,
  ) {
    this.#world = world;
    this.#draws = world.draws.of('storage');
    this.#replicaDraws = world.draws.of('replicas');
    this.table = new MemoryTable({ onIndexChange: apply => this.#changeIndex(apply) });
    this.#observed = mutate(this.#observe(this.table, largeIndex));
    const collect = (): void => {
      for (const key of [...this.table.expired(world.now)]) {
        if (!ttlEager && !this.#draws.chance(0.05)) continue;
        world.tell(`TTL deletes ${key.pk} ${key.sk}`);
        this.#remember(key);
        this.table.delete(key);
        if (key.sk === 'head') this.heads.delete(key.pk);
        const job = key.sk === 'job' ? this.jobs.get(key.pk.slice(key.pk.indexOf('|') + 1)) : undefined;
        if (job) for (const witness of world.witnesses) witness.deletedJob(job);
      }
      world.scheduler.after(ttlEveryMs, collect);
    };
    world.scheduler.after(ttlEveryMs, collect);
    if (largeIndex) this.#spreadOut();
  }

  /** Gives batches more partitions now and then, as a ticker does that meets many entries. */
  #spreadOut(): void {
    const partitions = new AllPartitions(this.table);
    this.#world.scheduler.after(this.#draws.duration(20_000), async () => {
      const own = (await partitions.all()).filter(({ parts = MOST_PARTS }) => parts < MOST_PARTS);
      const { batch, parts } = own.length > 0 ? this.#draws.pick(own) : {};
      if (batch !== undefined && parts !== undefined) await partitions.raise(batch, parts, 2 * parts);
      this.#spreadOut();
    });
  }

  /** The store as a process reaches it. */
  of(process: Process): Store {
    return tableStore(this.tableOf(process), process.clock.now, { indexLagMs: LONGEST_LAG_MS });
  }

  /** The table as a process reaches it. */
  tableOf(process: Process): Table {
    return this.#world.remote(this.#observed, process, 'table', partOf);
  }

  /** The store as it is, at once and without faults. */
  get truth(): Store {
    return tableStore(this.table, () => this.#world.now);
  }

  /** What an ended job's window held is remembered when TTL deletes it. */
  #remember({ pk, sk }: RecordKey): void {
    const [kind, id = ''] = pk.split('|');
    const job = this.jobs.get(id);
    if (kind !== 'job' || !sk.startsWith('slot|') || job === undefined || !isEnded(job)) return;
    // the table is asked before the record is deleted
    const found = this.table.get({ pk, sk });
    const read = found.then(record => Promise.all(record ? [toSlotRecord(record)] : []));
    this.expired.set(id, [...(this.expired.get(id) ?? []), read]);
  }

  #changeIndex(apply: () => void): void {
    const { scheduler, weather } = this.#world;
    const lag = this.#draws.chance(weather.spells['index lag'] ?? 0) ? this.#draws.duration(USUAL_LAG_MS) : 0;
    this.#indexUntil = Math.max(this.#indexUntil, scheduler.now + lag);
    if (this.#indexUntil <= scheduler.now) apply();
    // what is planned for one moment comes in any order, so that each has a moment of its own
    else scheduler.after(++this.#indexUntil - scheduler.now, apply);
  }

  /** Notes what a head is before a write, which eventually consistent reads show for a while. */
  #beforeWrite(key: RecordKey): void {
    const { scheduler, weather } = this.#world;
    if (key.sk !== 'head') return;
    const name = `${key.pk} ${key.sk}`;
    const there = this.#before.get(name);
    if (there && there.until > scheduler.now) return;
    this.#before.delete(name);
    if (!this.#replicaDraws.chance(weather.spells['index lag'] ?? 0)) return;
    const until = scheduler.now + this.#replicaDraws.duration(REPLICA_LAG_MS);
    this.#before.set(name, { record: this.table.get(key), until });
  }

  async #getEventually(key: RecordKey): Promise<PlainRecord | undefined> {
    const before = this.#before.get(`${key.pk} ${key.sk}`);
    return before && before.until > this.#world.now ? before.record : this.table.get(key);
  }

  /** The table, with the witnesses told of what happens to heads and jobs. */
  #observe(table: MemoryTable, largeIndex: boolean): Table {
    const told = async (result: Promise<WriteResult>): Promise<WriteResult> => {
      const by = this.#world.caller;
      const written = await result;
      if (written.applied) this.#tell(written.record, by);
      return written;
    };
    return new Proxy<Table>(table, {
      get: (_, name) => {
        if (name === 'get') {
          return (key: RecordKey, consistency?: 'eventual') =>
            consistency === undefined ? table.get(key) : this.#getEventually(key);
        }
        if (name === 'update') {
          return (...args: Parameters<Table['update']>) => {
            this.#beforeWrite(args[0]);
            return told(table.update(...args));
          };
        }
        if (name === 'putNew') return (...args: Parameters<Table['putNew']>) => told(table.putNew(...args));
        // a page ends where DynamoDB likes, and says that there is more
        if (name === 'indexStart' && largeIndex) return async () => ({ entries: [], isAll: false });
        const value: unknown = Reflect.get(table, name);
        return typeof value === 'function' ? value.bind(table) : value;
      },
    });
  }

  #tell(record: Record<string, unknown>, by: Process | undefined): void {
    const [pk, sk] = [String(record['pk']), String(record['sk'])];
    if (sk === 'head') {
      const named = parseDueKey({ pk, sk });
      if (named === undefined || !('buffer' in named)) return;
      const [before, after] = [this.heads.get(pk), toHead(record)];
      this.heads.set(pk, after);
      for (const witness of this.#world.witnesses) witness.head(named.buffer, before, after, by);
    } else if (sk === 'job') {
      const after = toJob(record);
      const before = this.jobs.get(after.id);
      this.jobs.set(after.id, after);
      for (const witness of this.#world.witnesses) {
        witness.job(after.id, before, after, by);
        if (record['purging'] === true) witness.purgeBegun(after, by);
      }
    } else if (sk === 'control') {
      for (const witness of this.#world.witnesses)
        witness.control(pk.split('|')[1] ?? '', {
          paused: record['paused'] === true,
          ingestionPaused: record['ingestionPaused'] === true,
          since: Number(record['since'] ?? 0),
          drain: record['drain'] as DrainRecord | undefined,
        });
    } else if (sk === 'seen') {
      const { job, slot, until } = record;
      for (const witness of this.#world.witnesses)
        witness.keyMarked(String(job), Number(slot), Number(until));
    }
  }

  /** What nobody would ever look at though it is not done: invariant 5 says that there is none. */
  undiscoverable(): string[] {
    const lost: string[] = [];
    const records = [...this.table.records()];
    const batches = records.find(({ pk }) => pk === batchesKey.pk) ?? {};
    const looked = new Set(partitionsIn(batches).map(({ tick }) => tick));
    for (const record of records) {
      if (record['dueAt'] !== undefined && looked.has(Number(record['tick']))) continue;
      const { sk, pk } = record;
      if (sk === 'head') {
        const { open, pending } = toHead(record);
        if (open !== undefined || pending.length > 0) lost.push(String(pk));
      } else if (sk === 'job') {
        // nobody looks for the message of a batch that was never stored
        const job = toJob(record);
        if (!isEnded(job) && !job.inline) lost.push(String(pk));
      }
    }
    return lost;
  }

  /** Whose permits have not been given back and have not lapsed. */
  heldPermits(): string[] {
    const held: string[] = [];
    for (const record of this.table.records()) {
      const { pk } = record;
      if (!String(pk).startsWith('slots|permit|')) continue;
      const ends = Object.entries(record).filter(([name]) => /^s\d+$/.test(name));
      if (ends.some(([, until]) => Number(until) > this.#world.now)) held.push(String(pk));
    }
    return held;
  }

  /** The jobs of a batch that are shown: they have neither expired nor been purged. */
  keptJobs(batch: string): Job[] {
    return [...this.table.records()]
      .filter(record => record['sk'] === 'job' && record['batch'] === batch)
      .filter(({ expires, shownUntil }) =>
        [
          Number(expires ?? Number.POSITIVE_INFINITY) * 1_000,
          Number(shownUntil ?? Number.POSITIVE_INFINITY),
        ].every(until => until > this.#world.now),
      )
      .map(toJob);
  }

  /** Whether any batch is paused. */
  isPaused(): boolean {
    return [...this.table.records()].some(({ sk, paused }) => sk === 'control' && paused === true);
  }

  /** What has not come to its end. */
  unfinished(): string[] {
    const left: string[] = [];
    for (const record of this.table.records()) {
      const { sk, pk } = record;
      if (sk === 'head') {
        const { open, pending, next, base } = toHead(record);
        if (open !== undefined && next > base) left.push(`${String(pk)} has ${next - base} slots open`);
        if (pending.length > 0)
          left.push(`${String(pk)} has ${pending.length} windows that are not published`);
      } else if (sk === 'job') {
        const { status, onDeadPending, id } = toJob(record);
        const isLookedAt = record['dueAt'] !== undefined;
        if (!isEnded({ status })) left.push(`job ${id} is ${status}`);
        else if (onDeadPending !== undefined) left.push(`job ${id} is dead and its onDead is owed`);
        else if (isLookedAt) left.push(`job ${id} has ended and is looked at for ever`);
      }
    }
    return left;
  }
}

/** Partitions that are throttled by themselves. */
const PARTITIONS = 8;

/** Which partition a call goes to: that of an index for a query of it, otherwise that of the record. */
function partOf(_method: string, args: readonly unknown[]): number {
  const [first, , values] = args as [unknown, unknown, { tick?: number; list?: string } | undefined];
  if (typeof first === 'string') return partNamed(values?.tick ?? values?.list ?? first);
  const key = Array.isArray(first) ? (first[0] as { pk?: string } | undefined) : (first as { pk?: string });
  return partNamed(key?.pk ?? '');
}

const partNamed = (name: string | number): number => spread(String(name), PARTITIONS);
