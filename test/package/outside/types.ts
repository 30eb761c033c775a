import { AddIncompleteError, type Receipt } from 'cistern';
import { type AdminAction, type Cistern, type CisternProps, HttpAccess, type MetricName } from 'cistern/cdk';
import { type Local, startLocal } from 'cistern/local';
import { typed } from './batches.ts';

/** Compiled, and never run: that what is published has types, and that they say something. */
export const props: CisternProps = {
  definitions: './batches',
  http: { add: HttpAccess.iam(), operate: false },
};

/** What a method takes can be named. */
export const watched: { readonly metric: MetricName; readonly action: AdminAction; readonly of?: Cistern } = {
  metric: 'SlotsFenced',
  action: 'pause',
};

export async function use(): Promise<readonly Receipt[]> {
  const local: Local = await startLocal({ batches: [typed], port: 0 });
  try {
    // @ts-expect-error an item of another type
    await typed.add({ m: 1 });
    return await typed.addBulk([{ n: 1 }]);
  } catch (error) {
    if (error instanceof AddIncompleteError) console.error(error.code);
    throw error;
  } finally {
    await local.stop();
  }
}
