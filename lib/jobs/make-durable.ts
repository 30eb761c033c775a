import type { JobMessage } from '../store/queue-ports.ts';
import type { StoreAccess } from '../store/services.ts';
import { storeInline } from './keep-items.ts';

/** Stores a job that only its message has: its items, and its record in the due index. @throws UnreadableItemsError */
export async function makeDurable(services: StoreAccess, message: JobMessage, lookAt: number): Promise<void> {
  if (!('inline' in message)) return;
  const { jobs } = services.store;
  await storeInline(services, message.job, message);
  await jobs.putJob({ ...message.inline, id: message.job }, lookAt);
  await jobs.markStored(message.job, lookAt);
}
