/** A group's name in a table, where nothing stands for no group: the one whose name is empty has to be seen. */
export const groupName = (group: string | undefined): string => (group === '' ? '""' : (group ?? ''));
