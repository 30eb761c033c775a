import type { BatchContext } from 'cistern';
import witness from './witness.ts';

/** Sees the batch; the first attempt takes its process with it, without a word to anybody. */
export default async function crashOnce(context: BatchContext<unknown>): Promise<void> {
  await witness(context);
  if (context.attempt === 1) process.exit(1);
}
