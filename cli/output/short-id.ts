const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text is a job's whole id. */
export const isWholeId = (id: string): boolean => UUID.test(id);

/** The short form of a job's id: its first 8 characters. Commands take it in place of the id. */
export const shortId = (id: string): string => (isWholeId(id) ? id.slice(0, 8) : id);
