import { type BatchContext, batch } from 'cistern';

interface Counted {
  readonly n: number;
}

export const typed = batch<Counted>({
  name: 'typed',
  maxSize: 2,
  maxWaitMs: 60_000,
  handler: ({ batch: items }: BatchContext<Counted>): void =>
    console.log(`typed ${items.map(({ n }) => n).join()}`),
});
