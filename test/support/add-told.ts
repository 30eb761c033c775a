import type { Receipt } from 'cistern';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { AddIncompleteError } from '#lib/producer/add-incomplete-error';

/** Adds items by their ids, and passes on which of them the producer is told are stored. */
export async function addTold(
  deployment: Deployment,
  definition: Definition,
  ids: readonly string[],
  told: (id: string, receipt: Receipt) => void,
): Promise<void> {
  try {
    const receipts = await deployment.add(
      definition,
      ids.map(id => ({ id })),
    );
    receipts.forEach((receipt, at) => {
      told(ids[at] ?? '', receipt);
    });
  } catch (error) {
    if (!(error instanceof AddIncompleteError)) throw error;
    for (const { index, receipt } of error.stored) told(ids[index] ?? '', receipt);
  }
}
