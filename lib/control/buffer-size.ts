import type { Definition } from '../definition/options.ts';
import type { Deployment } from '../deployment/deployment.ts';

/**
 * How many slots of a buffer are taken and not yet sealed: exact, over all its shards; with `persist: false`,
 * what this process holds.
 */
export async function bufferSize(
  { services, memory }: Pick<Deployment, 'services' | 'memory'>,
  { name: batch, shards, persist }: Definition,
  group: string | undefined,
): Promise<number> {
  if (!persist) return memory.size({ batch, group, shard: 0 });
  const heads = await Promise.all(
    Array.from({ length: shards }, (_, shard) => services.store.heads.readHead({ batch, group, shard })),
  );
  return heads.reduce((sum, head) => sum + (head ? head.next - head.base : 0), 0);
}
