const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Returns whether a text is a job's whole id. */
export const isWholeId = (id: string): boolean => UUID.test(id);

/** Returns the short id of a job: the first 8 characters of its id. Commands take it in place of the id. */
export const shortId = (id: string): string => (isWholeId(id) ? id.slice(0, 8) : id);
