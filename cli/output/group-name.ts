/** Writes a group's name in a table. An empty cell means no group, so the group with the empty name is shown as `""`. */
export const groupName = (group: string | undefined): string => (group === '' ? '""' : (group ?? ''));
