import type { Definition } from '../definition/options.ts';
import type { Services, StoreAccess } from '../store/services.ts';
import { openBuffers } from './flush.ts';
import { fromCursor, toCursor } from './opaque-cursor.ts';

/** How many heads one page reads at most. */
const READ_AT_MOST = 2_000;
const READ_AT_ONCE = 200;
/** How long the pages that follow use the index entries of the first one, if there are more than a page reads. */
const GOOD_FOR_MS = 10_000;

/** The buffered items of a group. */
export interface GroupStatus {
  /** Absent where the batch has no groups. */
  readonly group?: string;
  readonly items: number;
  /** The `maxSize` that its open window was opened with. */
  readonly maxSize: number;
  readonly openedAt: Date;
  /** The deadline of its open window. */
  readonly deadline: Date;
}

export interface GroupPage {
  /** The groups, in the order of their names. */
  readonly groups: readonly GroupStatus[];
  /** The cursor of the next page. Absent if there is none. */
  readonly cursor?: string;
  readonly asOf: Date;
}

/**
 * Lists the groups of a batch that have buffered items, with all their shards together.
 *
 * @throws RequestError `request.malformed` for an invalid cursor
 */
export async function listGroups(
  services: StoreAccess & Pick<Services, 'remember'>,
  definition: Definition,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<GroupPage> {
  const asOf = new Date(services.clock.now());
  const after = cursor === undefined ? undefined : fromCursor(cursor, toName);
  const found = await services.remember(
    `${definition.name} buffers`,
    GOOD_FOR_MS,
    () => openBuffers(services, definition),
    all => all.length > READ_AT_MOST,
  );
  const buffers = found
    .map(buffer => ({ buffer, name: nameOf(buffer) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ name }) => after === undefined || name > after);
  const groups = new Map<string, GroupStatus>();
  const behind = buffers[READ_AT_MOST]?.name;
  // leave a group for the next page if this page would not have all its shards
  const read = buffers.slice(0, READ_AT_MOST).filter(({ name }) => name !== behind);
  let last: string | undefined;
  for (let at = 0; at < read.length; at += READ_AT_ONCE) {
    const some = read.slice(at, at + READ_AT_ONCE).map(({ buffer }) => buffer);
    const heads = await services.store.heads.readHeads(some);
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
  }
  return page(groups, buffers.length > read.length ? read.at(-1)?.name : undefined, asOf);
}

const nameOf = ({ group }: { readonly group: string | undefined }): string => group ?? '';

const toName = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const page = (groups: ReadonlyMap<string, GroupStatus>, last: string | undefined, asOf: Date): GroupPage => ({
  groups: [...groups.values()],
  ...(last !== undefined && { cursor: toCursor(last) }),
  asOf,
});
