import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import type { DueEntry } from '#lib/store/due-entry';
import type { Functions } from './functions.ts';
import { LocalError } from './local-error.ts';
import { realNow, realSleep } from './real-time.ts';

const LOOK_EVERY_MS = 2;
/** How many looks in a row must find no work. */
const IDLE_LOOKS = 2;
/** How many entries an error names. */
const NAMED = 5;

/** The parts of a deployment that show whether it has work. */
export interface Watched {
  readonly deployment: Deployment;
  readonly definitions: readonly Definition[];
  readonly functions: Functions;
}

/**
 * Waits until a deployment has no work left.
 *
 * @throws LocalError `local.not_idle`, which names the work that is left
 */
export async function waitUntilIdle(watched: Watched, timeoutMs: number): Promise<void> {
  const until = realNow() + timeoutMs;
  // a look takes a moment, in which work may move from a part that is read later to one that was read before
  for (let looks = 0; looks < IDLE_LOOKS; ) {
    const left = await whatIsLeft(watched);
    looks = left.length === 0 ? looks + 1 : 0;
    if (left.length > 0 && realNow() >= until) {
      throw new LocalError(
        'local.not_idle',
        `The local stack was not idle in ${timeoutMs} ms: ${left.slice(0, NAMED).join('; ')}${left.length > NAMED ? '; and more' : ''}. ` +
          'flush() flushes what is buffered, advance() brings about deadlines and retries, and paused batches wait for resume().',
        { details: { left } },
      );
    }
    await realSleep(LOOK_EVERY_MS);
  }
}

/** Lists the work that is left, in words. */
async function whatIsLeft({ deployment, definitions, functions }: Watched): Promise<string[]> {
  const { store, clock } = deployment.services;
  const held = definitions
    .map(({ name }) => ({ name, items: deployment.memory.size(name) }))
    .filter(({ items }) => items > 0)
    .map(({ name, items }) => `${items} items of ${name} are held in memory`);
  const { entries } = await store.index.start(NAMED + 1);
  const stored = entries.map(entry => describe(entry, clock.now()));
  const running = functions.running().map(({ batch, job }) => `job ${job} of ${batch} runs`);
  const waiting = stored.length > 0 ? 0 : await functions.waiting();
  return [
    ...(deployment.isAdding ? ['items are being added'] : []),
    ...held,
    ...(deployment.memory.isSending ? ['batches are on their way to their queues'] : []),
    ...running,
    ...stored,
    ...(waiting > 0 ? [`${waiting} messages wait`] : []),
    ...((await deployment.services.background.settled(0)) ? [] : ['work goes on in the background']),
  ];
}

function describe(entry: DueEntry, now: number): string {
  const when = `is looked at in ${Math.max(0, entry.dueAt - now)} ms`;
  if (entry.kind === 'job') return `job ${entry.id} has not ended, and ${when}`;
  if (entry.kind === 'control') return `the drain or resume of ${entry.batch} ${when}`;
  const { batch, group } = entry.buffer;
  return `${batch}${group === undefined ? '' : ` (group ${JSON.stringify(group)})`} has items buffered, and ${when}`;
}
