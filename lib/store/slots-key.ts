import type { RecordKey } from './keys.ts';
import type { SlotScope } from './limit-ports.ts';

/** A record of slots: those of a batch or group that has many are spread over parts. */
export const slotsKey = ({ kind, batch, group }: SlotScope, part: number): RecordKey => ({
  pk: `slots|${kind}|${batch}|${part}|${group === undefined ? '' : JSON.stringify(group)}`,
  sk: 'slots',
});
