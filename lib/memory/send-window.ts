import type { FlushReason } from '../definition/flush-reason.ts';
import { JOB_RESEND_AFTER_MS } from '../jobs/resend-backoff.ts';
import { asciiJson } from '../json/ascii-json.ts';
import type { BufferKey, NewJob } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { packItems } from './inline.ts';
import type { MemoryWindow } from './memory-window.ts';
import { storeItems } from './store-items.ts';

/**
 * The largest body of items that goes into the message itself. SQS takes 1 MiB, but emulators and older queues
 * 256 KiB, and compressed there is little between them.
 */
const INLINE_BYTES = 256 * 1024 - 2_048;

/**
 * Makes a job of a memory window. One message carries it whole, and nothing is stored; a batch too large for a
 * message goes through a window record, with a job record as a buffered window's.
 *
 * @returns sends it; whatever fails may be tried again, since the job stays the same
 */
export function sender(
  services: Pick<Services, 'store' | 'queues' | 'clock'>,
  { batch, group }: BufferKey,
  window: MemoryWindow,
  reason: FlushReason,
): () => Promise<void> {
  const { store, queues, clock } = services;
  const sealedAt = clock.now();
  const job: NewJob = {
    id: window.job,
    batch,
    group,
    place: undefined,
    count: window.items.length,
    reason,
    createdAt: window.openedAt,
    deadline: window.deadline,
    sealedAt,
  };
  const packing = packItems(`[${window.items.join(',')}]`);
  return async () => {
    const items = await packing;
    // a group key may take three times its bytes as it is written there
    if (items.length + asciiJson([job, window.traces]).length <= INLINE_BYTES) {
      const traces = window.traces.length > 0 && { traces: window.traces };
      await queues.sendJob(batch, { job: job.id, inline: job, items, ...traces }, group);
      return;
    }
    await storeItems(services, job.id, window.items);
    await store.jobs.putJob(job, sealedAt + JOB_RESEND_AFTER_MS);
    await queues.sendJob(batch, { job: job.id }, group);
  };
}
