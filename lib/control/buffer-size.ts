import type { Definition } from '../definition/options.ts';
import type { LateMemory } from '../memory/late-memory.ts';
import type { Services } from '../store/services.ts';
import { openBuffers } from './flush.ts';

/**
 * How many slots of a batch's buffers are taken and not yet sealed, over all shards: of one group exactly, of all
 * together as the due index found them, which may lag a moment. With `persist: false`: what this process holds.
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
