/** Marked secrets, by where they are; and what handlers choose to say. */
export const MARKS = {
  item: 'marked-item-content',
  group: 'marked-group-key',
  key: 'marked-dedup-key-',
  credential: 'marked-credential',
  unknownJob: 'a-job-that-is-none',
  thrownByHandler: 'what a handler throws',
  loggedByHandler: 'what a handler logs',
} as const;
