import type { FlushReason } from '../definition/flush-reason.ts';
import { JOB_RESEND_AFTER_MS } from '../jobs/resend-backoff.ts';
import { asciiJson } from '../json/ascii-json.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { NewJob } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import { packItems } from './inline.ts';
import type { MemoryWindow } from './memory-window.ts';
import { storeItems } from './store-items.ts';

/**
 * The largest body of items that goes into the message itself. SQS takes 1 MiB, but emulators and older queues only
 * 256 KiB. For compressed items a greater bound would gain little.
 */
const INLINE_BYTES = 256 * 1024 - 2_048;

/**
 * Makes a job of a memory window. One message carries the whole job, and nothing is stored. A batch that is too large for
 * a message is stored as a window record, with a job record as for a buffered window.
 *
 * @returns a function that sends the job. It may be called again after a failure, since the job stays the same
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
  const kept = window.items.filter(item => item !== undefined);
  const holes = window.items.flatMap((item, slot) => (item === undefined ? [slot] : []));
  const beside = {
    ...(holes.length > 0 && { holes }),
    ...(window.traces.length > 0 && { traces: window.traces }),
  };
  const packing = packItems(`[${kept.join(',')}]`);
  return async () => {
    const items = await packing;
    // escaping can make a group key three times as long
    if (items.length + asciiJson([job, beside]).length <= INLINE_BYTES) {
      await queues.sendJob(batch, { job: job.id, inline: job, items, ...beside }, group);
      return;
    }
    await storeItems(services, job.id, window.items);
    await store.jobs.putJob(job, sealedAt + JOB_RESEND_AFTER_MS);
    await queues.sendJob(batch, { job: job.id }, group);
  };
}
