import { jobKey, parseDueKey, tickOf } from '#lib/store/keys';
import type { DueIndex, LeaseStore, Store } from '#lib/store/ports';
import type { DueEntry } from '#lib/store/records';
import { MemoryHeads } from './memory-heads.ts';
import { MemoryJobs } from './memory-jobs.ts';
import { MemoryWindows } from './memory-windows.ts';

/** The whole store in memory: each method is atomic, and its effect is there before it returns. */
export class MemoryStore implements Store {
  readonly heads = new MemoryHeads();
  readonly windows = new MemoryWindows();
  readonly jobs = new MemoryJobs();
  readonly index: DueIndex = { due: async (tick, until, limit) => this.#due(tick, until, limit) };
  readonly leases: LeaseStore = new MemoryLeases();

  #due(tick: number, until: number, limit: number): DueEntry[] {
    const entries: DueEntry[] = [];
    for (const [pk, { dueAt }] of this.heads.all) {
      const named = parseDueKey({ pk, sk: '' });
      if (dueAt === undefined || tickOf(pk) !== tick || !named || !('buffer' in named)) continue;
      entries.push({ kind: 'head', buffer: named.buffer, dueAt });
    }
    for (const [id, { dueAt }] of this.jobs.all) {
      if (dueAt !== undefined && tickOf(jobKey(id).pk) === tick) entries.push({ kind: 'job', id, dueAt });
    }
    return entries
      .filter(({ dueAt }) => dueAt <= until)
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, limit);
  }

  /** What the ticker would never look at though it has to: invariant 5 says that this is always empty. */
  undiscoverable(): string[] {
    const lost: string[] = [];
    for (const [pk, { open, pending, dueAt }] of this.heads.all) {
      if ((open !== undefined || pending.length > 0) && dueAt === undefined) lost.push(pk);
    }
    for (const [id, { status, dueAt }] of this.jobs.all) {
      if (status !== 'completed' && status !== 'dead' && dueAt === undefined) lost.push(id);
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
