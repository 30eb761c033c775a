import { batch } from 'cistern';
import { startLocal } from 'cistern/local';

/** Compiled by `npm run check`, and never run: what `startLocal` takes for definitions. */

const OPTIONS = { name: 'typed', maxSize: 10, maxWaitMs: 1_000, handler() {} };
const dates = batch<{ at: Date }, number>({ ...OPTIONS, handler: ({ batchSize }) => batchSize });
const names = batch<string>({ ...OPTIONS, name: 'names' });

export async function start(): Promise<void> {
  await startLocal({ batches: [dates, names, batch(OPTIONS)] });
  await startLocal({ batches: 'batches/index.ts' });
  // @ts-expect-error options that batch() has not seen
  await startLocal({ batches: [OPTIONS] });
  // @ts-expect-error one definition, and no list of them
  await startLocal({ batches: dates });
  // @ts-expect-error no definition
  await startLocal({ batches: [{}] });
}
