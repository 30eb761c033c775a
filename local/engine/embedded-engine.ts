import type { Clock } from '#lib/store/services';
import { tableStore } from '#lib/store/table-store';
import type { Topology } from '#lib/topology';
import { LocalQueues } from '../queues/local-queues.ts';
import { MemoryTable } from '../table/memory-table.ts';
import type { Engine } from './engine.ts';
import { NoJournal } from './no-journal.ts';

/** How often expired records are deleted. */
const SWEEP_MS = 60_000;

/**
 * Keeps a deployment's records and messages in this process: in memory, and with a data directory also on disk.
 *
 * @throws LocalError as `openJournals`
 */
export async function embeddedEngine(
  topology: Topology,
  clock: Clock,
  dataDir: string | undefined,
): Promise<Engine> {
  // loaded only if it is needed, to keep the start short
  const journals =
    dataDir === undefined
      ? undefined
      : await (await import('../journal/lmdb-journal.ts')).openJournals(dataDir);
  const table = new MemoryTable({ journal: journals?.records ?? new NoJournal() });
  const queues = new LocalQueues(topology, clock, journals?.messages);
  const stopSweeping = clock.every(SWEEP_MS, () => {
    for (const key of [...table.expired(clock.now())]) table.delete(key);
  });
  return {
    store: tableStore(table, clock.now),
    queues,
    receiverOf: ({ name }) => queues.queue(name),
    isDurable: journals !== undefined,
    async settled() {
      await journals?.records.written();
      await journals?.messages.written();
    },
    async stop() {
      stopSweeping();
      await journals?.close();
    },
  };
}
