import { resolve } from 'node:path';
import { bundle, ENTRIES } from './bundle.ts';

const batches = resolve(process.env['CISTERN_BATCHES'] ?? 'batches/index.ts');
const kilobytes = (bytes: number): number => Math.round(bytes / 100) / 10;

const bundles = await Promise.all(ENTRIES.map(entry => bundle(entry, { batches })));
console.table(
  Object.fromEntries(
    bundles.map(({ entry, size }) => [
      entry,
      { 'statically loaded KB': kilobytes(size.loaded), 'total KB': kilobytes(size.total) },
    ]),
  ),
);
