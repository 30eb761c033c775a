import { DNS_NAMESPACE, uuidV5 } from '../hashing/uuid-v5.ts';
import type { BufferKey } from '../store/buffer-key.ts';

/** The namespace of Cistern's job ids: version 5 of the DNS namespace and `cistern`. */
const NAMESPACE = uuidV5('cistern', DNS_NAMESPACE);

/**
 * Computes a window's job id. Every process computes the same one, so that publishing a window twice makes one job. The id
 * is also the window's partition key. A writer knows it as soon as its slots are reserved.
 */
export function jobId(
  deployment: string,
  { batch, group, shard }: BufferKey,
  epoch: string,
  window: number,
): string {
  return uuidV5(JSON.stringify([deployment, batch, group ?? null, shard, epoch, window]), NAMESPACE);
}
