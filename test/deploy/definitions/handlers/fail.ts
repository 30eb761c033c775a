import type { BatchContext } from 'cistern';
import witness from './witness.ts';

/** Sees the batch, and fails each time. */
export default async function fail(context: BatchContext<unknown>): Promise<void> {
  await witness(context);
  throw new Error('This handler always fails.');
}
