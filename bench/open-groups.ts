import { batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { systemClock } from '#lib/deployment/system-clock';
import { runTicker } from '#lib/recovery/ticker';
import { Limits, UNLIMITED } from './capacity/limits.ts';
import { MeteredTable } from './capacity/metered-table.ts';
import { processOn } from './engine.ts';
import { quantile, round, timed } from './measure.ts';
import type { Row, Size, Table } from './report.ts';

const ROUNDS = 5;
const PER_BULK = 1_000;

/** A look of the ticker, and what operators ask, while groups have windows open: time, and what DynamoDB would charge. */
export async function openGroups(size: Size): Promise<readonly Table[]> {
  const rows: Record<string, Row> = {};
  for (const groups of size === 'tiny' ? [20] : [100, 1_000, 10_000, 100_000]) {
    const definition = batch<{ group: string }>({
      name: 'open',
      maxSize: 100,
      maxWaitMs: 3_600_000,
      groupBy: ({ group }) => group,
      handler: () => {},
    }) as unknown as Definition;
    const table = new MeteredTable(new Limits(UNLIMITED, 1, systemClock.now));
    const adding = processOn(table, [definition]);
    for (let at = 0; at < groups; at += PER_BULK) {
      const bulk = Math.min(PER_BULK, groups - at);
      await adding.add(
        definition,
        Array.from({ length: bulk }, (_, n) => ({ group: String(at + n) })),
      );
    }
    await adding.settle();
    const asks: Record<string, () => Promise<unknown>> = {
      tick: async () => {
        const { services } = processOn(table, [definition]);
        await runTicker(services, services.clock.now() + 1, { tickIntervalMs: 1 });
      },
      // each by a process of its own, which remembers nothing
      status: async () => (await processOn(table, [definition]).operations(definition)).status(),
    };
    const row: Record<string, number> = {};
    for (const [name, ask] of Object.entries(asks)) {
      const times: number[] = [];
      const before = table.units.reads;
      for (let n = 0; n < ROUNDS; n++) times.push(await timed(ask));
      row[`${name}, ms`] = round(quantile(times, 0.5));
      row[`${name}, read units`] = round((table.units.reads - before) / ROUNDS);
    }
    rows[`${groups.toLocaleString('en-US')} open groups`] = row;
    await adding.close();
  }
  return [{ title: 'With groups open', rows }];
}
