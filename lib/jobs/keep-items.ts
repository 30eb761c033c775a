import { insist } from '../buffer/land.ts';
import { unpackItems } from '../memory/inline.ts';
import { storeItems } from '../memory/store-items.ts';
import type { JobMessage } from '../store/ports.ts';
import type { Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { RECORD_LIFE_MS } from '../topology.ts';

/** Stores the items that only a job's message has, before the message is gone. */
export async function storeInline(services: Services, job: string, message: JobMessage): Promise<void> {
  if (!('inline' in message)) return;
  const items = JSON.parse(await unpackItems(message.items)) as unknown[];
  await storeItems(
    services,
    job,
    items.map(item => JSON.stringify(item)),
  );
}

/** Sees to it that a job's items are there for as long as its record is kept. */
export async function keepItems(
  services: Services,
  { id, prepared, keptAt }: Job,
  until: number,
): Promise<void> {
  if (keptAt + RECORD_LIFE_MS >= until) return;
  for (const window of [id, prepared?.under]) {
    if (window !== undefined) await insist(services, () => services.store.windows.prolong(window, until));
  }
}
