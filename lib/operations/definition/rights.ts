/** Requests to the table. None deletes: records go by TTL. In the order in which policies list them. */
export const TABLE_RIGHTS = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'] as const;
export type TableRight = (typeof TABLE_RIGHTS)[number];

/** The requests that an operation makes. A test holds the functions to them. */
export interface Rights {
  /** Which indexes are queried: for due buffers, or for listed and counted jobs. */
  readonly find?: readonly ('due' | 'jobs')[];
  readonly table: readonly TableRight[];
  readonly send?: readonly ('jobs' | 'timers')[];
  /** Whether it tells the event bus, where a definition has events. */
  readonly events?: boolean;
}

/** To seal what is buffered, publish it and arm timers; and to send jobs that were parked. */
export const SEAL_AND_SEND = {
  find: ['due', 'jobs'],
  table: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
  send: ['jobs', 'timers'],
  events: true,
} as const satisfies Rights;

/** To read how a batch stands. */
export const READ_STATUS = {
  find: ['due', 'jobs'],
  table: ['GetItem', 'BatchGetItem'],
} as const satisfies Rights;

/** What several operations ask for together, each thing once and in the order of `Rights`. */
export function togetherOf(all: readonly Rights[]): Required<Rights> {
  const some = <T>(order: readonly T[], of: (rights: Rights) => readonly T[] | undefined): T[] =>
    order.filter(each => all.some(rights => of(rights)?.includes(each)));
  return {
    find: some(['due', 'jobs'] as const, ({ find }) => find),
    table: some(TABLE_RIGHTS, ({ table }) => table),
    send: some(['jobs', 'timers'] as const, ({ send }) => send),
    events: all.some(({ events }) => events),
  };
}
