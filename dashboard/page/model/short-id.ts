/** The short form of a job's id: its first 8 characters. The command line shows the same, and both take it. */
export const shortId = (id: string): string => id.slice(0, 8);
