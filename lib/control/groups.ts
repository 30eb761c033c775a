import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { RequestError } from '../errors.ts';
import type { StoreAccess } from '../store/services.ts';
import { openBuffers } from './flush.ts';

/** Heads that one page reads at the most. */
const READ_AT_MOST = 2_000;

/** What is buffered of a group. */
export interface GroupStatus {
  /** Absent where the batch has no groups. */
  readonly group?: string;
  readonly items: number;
  /** That its open window was opened with. */
  readonly maxSize: number;
  readonly openedAt: Date;
  /** When it flushes at the latest. */
  readonly deadline: Date;
}

export interface GroupPage {
  /** In the order of their names. */
  readonly groups: readonly GroupStatus[];
  /** Where the next page begins; absent when there is none. */
  readonly cursor?: string;
  readonly asOf: Date;
}

/**
 * Lists the groups of a batch that have anything buffered, shards added up.
 *
 * @throws RequestError `request.malformed` for a cursor that is none
 */
export async function listGroups(
  services: StoreAccess,
  definition: Definition,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<GroupPage> {
  const asOf = new Date(services.clock.now());
  const after = cursor === undefined ? undefined : fromCursor(cursor);
  const buffers = (await openBuffers(services, definition))
    .map(buffer => ({ buffer, name: nameOf(buffer) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ name }) => after === undefined || name > after);
  const groups = new Map<string, GroupStatus>();
  const behind = buffers[READ_AT_MOST]?.name;
  // a group whose shards would be told apart by the end of the page has its turn on the next
  const read = buffers.slice(0, READ_AT_MOST).filter(({ name }) => name !== behind);
  const heads = await services.store.heads.readHeads(read.map(({ buffer }) => buffer));
  let last: string | undefined;
  for (const { buffer, head } of heads.sort((a, b) => (nameOf(a.buffer) < nameOf(b.buffer) ? -1 : 1))) {
    const { open } = head;
    if (open === undefined) continue;
    const name = nameOf(buffer);
    const known = groups.get(name);
    if (known === undefined && groups.size === limit) return page(groups, last, asOf);
    last = name;
    groups.set(name, {
      ...(buffer.group !== undefined && { group: buffer.group }),
      items: (known?.items ?? 0) + head.next - head.base,
      maxSize: open.cap,
      openedAt: new Date(Math.min(open.openedAt, known?.openedAt.getTime() ?? open.openedAt)),
      deadline: new Date(Math.min(open.deadline, known?.deadline.getTime() ?? open.deadline)),
    });
  }
  return page(groups, buffers.length > read.length ? read.at(-1)?.name : undefined, asOf);
}

const nameOf = ({ group }: { readonly group: string | undefined }): string => group ?? '';

/** A cursor is opaque: a group may hold what is no Unicode, or cannot be pasted into a shell. */
const toCursor = (name: string): string => Buffer.from(JSON.stringify(name)).toString('base64url');

function fromCursor(cursor: string): string {
  try {
    const name: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof name === 'string') return name;
    throw new TypeError('It is the cursor of no group.');
  } catch (cause) {
    throw new RequestError(
      ERROR_CODES.requestMalformed,
      `cursor has to be the cursor of the page before; it was ${JSON.stringify(cursor)}.`,
      { details: { cursor }, cause },
    );
  }
}

const page = (groups: ReadonlyMap<string, GroupStatus>, last: string | undefined, asOf: Date): GroupPage => ({
  groups: [...groups.values()],
  ...(last !== undefined && { cursor: toCursor(last) }),
  asOf,
});
