/** The requests to the table, in the order in which policies list them. None deletes: TTL deletes records. */
export const TABLE_RIGHTS = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'] as const;
export type TableRight = (typeof TABLE_RIGHTS)[number];

/** The requests that an operation makes. A test checks that the functions make no others. */
export interface Rights {
  /** The indexes that are queried: `due` for open buffers, `jobs` for listing and counting jobs. */
  readonly find?: readonly ('due' | 'jobs')[];
  readonly table: readonly TableRight[];
  readonly send?: readonly ('jobs' | 'timers')[];
  /** Whether it puts events on the bus, for definitions with events. */
  readonly events?: boolean;
}

/** The rights to seal windows, publish them and arm timers, and to send parked jobs. */
export const SEAL_AND_SEND = {
  find: ['due', 'jobs'],
  table: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
  send: ['jobs', 'timers'],
  events: true,
} as const satisfies Rights;

/** The rights to read a batch's state. */
export const READ_STATUS = {
  find: ['due', 'jobs'],
  table: ['GetItem', 'BatchGetItem'],
} as const satisfies Rights;

/** Joins the rights of several operations, each right once and in the order of `Rights`. */
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
