import { until } from '../../support/until.ts';
import { sums } from '../../telemetry/emf.ts';
import type { Deployed } from '../deployed.ts';
import type { Evidence } from '../evidence.ts';
import type { Run } from '../witness.ts';

/** CloudWatch has a line some seconds after it was written. */
const TIMEOUT_MS = 60_000;

/** The deployed functions' metrics, read from their logs as CloudWatch does, come to what has happened. */
export async function tellsWhatHappened(
  deployed: Deployed,
  { batch, accepted, duplicates }: Evidence,
  runs: readonly Run[],
): Promise<string> {
  const metrics = async (name: string) => {
    const lines = await deployed.log(name);
    return sums(lines.filter(line => line['batch'] === batch));
  };
  const flushedBy = (reason: string) => runs.filter(run => run.attempt === 1 && run.reason === reason).length;
  const expected = {
    ingest: { ItemsAdded: accepted.length, ItemsDuplicate: duplicates },
    [`on-${batch}`]: {
      BatchSize: accepted.length,
      BatchesCompleted: runs.length,
      FlushedBySize: flushedBy('size'),
      FlushedByTime: flushedBy('time'),
    },
  };
  let told: Readonly<Record<string, Readonly<Record<string, number>>>> = {};
  const isTold = async () => {
    told = Object.fromEntries(
      await Promise.all(Object.keys(expected).map(async name => [name, await metrics(name)] as const)),
    );
    const isMissing = ([name, values]: [string, object]) =>
      Object.entries(values).some(([metric, value]) => told[name]?.[metric] !== value);
    const missing = Object.entries(expected).filter(isMissing);
    await Promise.all(missing.map(([name]) => deployed.stir(name)));
    return missing.length === 0;
  };
  await until('the functions’ metrics come to what has happened', isTold, TIMEOUT_MS, 1_000).catch(cause => {
    throw new Error(`Expected ${JSON.stringify(expected)}, told ${JSON.stringify(told)}.`, { cause });
  });
  const { FlushLateness: late, FlushedByTime: byTime } = told[`on-${batch}`] ?? {};
  if (late === undefined) throw new Error(`Of ${byTime} batches by time none says how late it was sealed.`);
  return `the functions' metrics say the same; ${byTime} batches by time were sealed ${Math.round(late)} ms late, all together`;
}
