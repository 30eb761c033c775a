import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { systemClock } from '#lib/deployment/system-clock';
import type { Clients } from '#lib/store/clients';
import type { Queues } from '#lib/store/queue-ports';
import type { Table } from '#lib/store/table-port';
import { tableStore } from '#lib/store/table-store';
import { MemoryTable } from '../local/table/memory-table.ts';
import { cpuMs } from './measure.ts';

/** Queues in which nothing is kept: a bench of the producer runs no jobs. */
const NOWHERE: Queues = {
  sendJob: async () => {},
  sendTimer: async () => {},
  sendDead: async () => {},
  setVisibility: async () => {},
};

/** A process on a table in memory, with nobody else around. */
export function processOn(table: Table, definitions: readonly Definition[]): Deployment {
  const services = {
    store: tableStore(table, systemClock.now),
    queues: NOWHERE,
    clock: systemClock,
    warn: (message: string, error: unknown) => {
      throw new Error(message, { cause: error });
    },
  };
  const settings = { deployment: 'bench', queueUrlBase: 'http://127.0.0.1/' };
  return new Deployment(settings, { clients: {} as Clients, services }).know(definitions);
}

/**
 * A table in memory that writes down what is asked of it. `replay` asks the same of another table, and returns the
 * processor's time for it in ms: what the engine itself takes.
 */
export function recordedTable(): { readonly table: Table; readonly replay: () => Promise<number> } {
  let calls: (readonly [name: string | symbol, args: readonly unknown[]])[] = [];
  const table = new Proxy<Table>(new MemoryTable(), {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        calls.push([name, args]);
        return value.apply(target, args);
      };
    },
  });
  const twin = new MemoryTable();
  const replay = async (): Promise<number> => {
    const made = calls;
    calls = [];
    const before = cpuMs();
    for (const [name, args] of made) await Reflect.get(twin, name).apply(twin, args);
    return cpuMs() - before;
  };
  return { table, replay };
}
