import type { GroupStatus } from '../api/contract.ts';

export const GROUP_ORDERS = ['fullest', 'due'] as const;
export type GroupOrder = (typeof GROUP_ORDERS)[number];

/** Fullest first, or the one that is due next first. */
export function orderGroups(groups: readonly GroupStatus[], order: GroupOrder): GroupStatus[] {
  const byDeadline = (a: GroupStatus, b: GroupStatus) => Date.parse(a.deadline) - Date.parse(b.deadline);
  const byFill = (a: GroupStatus, b: GroupStatus) => b.items / b.maxSize - a.items / a.maxSize;
  return groups.toSorted((a, b) =>
    order === 'due' ? byDeadline(a, b) || byFill(a, b) : byFill(a, b) || byDeadline(a, b),
  );
}
