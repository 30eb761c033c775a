import type { BatchContext } from 'cistern';
import witness from './witness.ts';

/** Sees the batch, and takes its process with it in every attempt, without a word to anybody. */
export default async function crash(context: BatchContext<unknown>): Promise<void> {
  await witness(context);
  process.exit(1);
}
