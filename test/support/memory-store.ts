import { batchKey, headKey, jobKey, parseDueKey, tickOf } from '#lib/store/keys';
import type { DueIndex, LeaseStore, Store } from '#lib/store/ports';
import { type BufferKey, type DueEntry, isEnded } from '#lib/store/records';
import { MemoryControls } from './memory-controls.ts';
import { MemoryHeads } from './memory-heads.ts';
import { MemoryJobs } from './memory-jobs.ts';
import { MemoryWindows } from './memory-windows.ts';

/** The whole store in memory: each method is atomic, and its effect is there before it returns. */
export class MemoryStore implements Store {
  readonly heads = new MemoryHeads();
  readonly windows: MemoryWindows;
  readonly jobs: MemoryJobs;
  readonly index: DueIndex = {
    due: async (tick, until, limit) => this.#due(tick, until, limit),
    buffersOf: async batch => this.#buffers().flatMap(buffer => (buffer.batch === batch ? [buffer] : [])),
  };
  readonly leases: LeaseStore = new MemoryLeases();
  readonly controls = new MemoryControls();

  /** @param now what tells whether a record has expired */
  constructor(now: () => number) {
    this.windows = new MemoryWindows(now);
    this.jobs = new MemoryJobs(now);
  }

  #due(tick: number, until: number, limit: number): DueEntry[] {
    const entries: DueEntry[] = [];
    const add = (pk: string, entry: DueEntry): void => {
      if (tickOf(pk) === tick && entry.dueAt <= until) entries.push(entry);
    };
    for (const buffer of this.#buffers()) {
      const { pk } = headKey(buffer);
      const dueAt = this.heads.all.get(pk)?.dueAt;
      if (dueAt !== undefined) add(pk, { kind: 'head', buffer, dueAt });
    }
    for (const [id, { dueAt }] of this.jobs.all) {
      if (dueAt !== undefined) add(jobKey(id).pk, { kind: 'job', id, dueAt });
    }
    for (const [batch, dueAt] of this.controls.looks) {
      add(batchKey('control', batch).pk, { kind: 'drain', batch, dueAt });
    }
    return entries.sort((a, b) => a.dueAt - b.dueAt).slice(0, limit);
  }

  /** The buffers whose heads are in the index. */
  #buffers(): BufferKey[] {
    return [...this.heads.all].flatMap(([pk, { dueAt }]) => {
      const named = parseDueKey({ pk, sk: '' });
      return dueAt !== undefined && named && 'buffer' in named ? [named.buffer] : [];
    });
  }

  /** What the ticker would never look at though it has to: invariant 5 says that this is always empty. */
  undiscoverable(): string[] {
    const lost: string[] = [];
    for (const [pk, { open, pending, dueAt }] of this.heads.all) {
      if ((open !== undefined || pending.length > 0) && dueAt === undefined) lost.push(pk);
    }
    for (const [id, { status, dueAt }] of this.jobs.all) {
      if (!isEnded({ status }) && dueAt === undefined) lost.push(id);
    }
    return lost;
  }
}

class MemoryLeases implements LeaseStore {
  readonly #leases = new Map<string, { by: string; until: number }>();

  async acquire(name: string, by: string, now: number, until: number): Promise<boolean> {
    const lease = this.#leases.get(name);
    if (lease !== undefined && lease.until >= now && lease.by !== by) return false;
    this.#leases.set(name, { by, until });
    return true;
  }

  async release(name: string, by: string): Promise<void> {
    const lease = this.#leases.get(name);
    if (lease?.by === by) lease.until = 0;
  }
}
