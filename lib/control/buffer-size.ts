import type { Definition } from '../definition/options.ts';
import type { LateMemory } from '../memory/late-memory.ts';
import type { Services } from '../store/services.ts';
import { openBuffers } from './flush.ts';

/**
 * Counts the slots of a batch's buffers that are taken and not yet sealed, over all shards. The number of one group is
 * exact. That of all groups comes from the due index, which may lag a moment. With `persist: false` it counts the items
 * that this process holds.
 */
export async function bufferSize(
  { services, memory }: { readonly services: Pick<Services, 'store'>; readonly memory: LateMemory },
  definition: Definition,
  group: string | undefined,
): Promise<number> {
  const { name, persist, groupBy } = definition;
  if (!persist) return memory.size(name, groupBy && group === undefined ? undefined : { group });
  const heads = await services.store.heads.readHeads(await openBuffers(services, definition, group));
  return heads.reduce((sum, { head }) => sum + head.next - head.base, 0);
}
