import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { fireTimer } from '#lib/buffer/fire-timer';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import type { Head } from '#lib/store/head';
import type { HeadStore } from '#lib/store/head-ports';
import { MemoryQueues } from '../support/memory-queues.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const MAX_WAIT_MS = 10_000;
const SOON_MS = 800;

/** A window of two slots with its timer, and a deployment whose eventually consistent reads of heads are given. */
function stage(readEventually: (read: HeadStore['readHead']) => HeadStore['readHead']) {
  const clock = new VirtualClock();
  const store = new MemoryStore(clock.now);
  const queues = new MemoryQueues();
  const definition = batch<number>({
    name: 'timed',
    maxSize: 2,
    maxWaitMs: MAX_WAIT_MS,
    handler: () => {},
  }) as unknown as Definition;
  const read = store.heads.readHead.bind(store.heads);
  store.heads.readHead = (buffer, consistency) =>
    (consistency === undefined ? read : readEventually(read))(buffer, consistency);
  let seals = 0;
  const sealOpen = store.seals.sealOpen.bind(store.seals);
  store.seals.sealOpen = (...given) => {
    seals += 1;
    return sealOpen(...given);
  };
  const deployment = new Deployment(
    { deployment: 'timed', queueUrlBase: 'http://127.0.0.1/' },
    { services: { store, queues, clock, warn: () => {} } },
  ).know([definition]);
  const add = (item: number) => clock.until(deployment.add(definition, [item]));
  /** Fires the first window's timer a while before its deadline, and returns for how long it ran. */
  const fire = async (): Promise<number> => {
    await clock.until(deployment.settle());
    const [timer] = queues.timers;
    if (timer === undefined) throw new Error('No timer was armed.');
    await clock.pass(MAX_WAIT_MS - SOON_MS);
    const began = clock.now();
    seals = 0;
    await clock.until(fireTimer(deployment.services, timer.message));
    return clock.now() - began;
  };
  return { clock, store, add, fire, seals: () => seals };
}

const counts = (store: MemoryStore) => [...store.allJobs().values()].map(({ count }) => count);

test('the timer of a window that is sealed already ends at once, and sends no seal', async () => {
  const { store, add, fire, seals } = stage(read => read);
  await add(1);
  await add(2);
  expect(await fire()).toBe(0);
  expect(seals()).toBe(0);
  expect(counts(store)).toEqual([2]);
});

const never = () => new Promise<never>(() => {});
test.each<[string, (read: HeadStore['readHead']) => HeadStore['readHead']]>([
  ['is a moment old', () => async (): Promise<Head | undefined> => undefined],
  [
    'is of another epoch',
    read => async buffer => {
      const head = await read(buffer);
      return head && { ...head, epoch: 'another', window: head.window + 1 };
    },
  ],
  ['fails', () => async () => Promise.reject(new Error('throttled'))],
  ['never comes', () => never],
])('a window is sealed at its deadline though the answer to its timer %s', async (_, readEventually) => {
  const { store, add, fire, seals } = stage(readEventually);
  await add(1);
  expect(await fire()).toBe(SOON_MS);
  expect(seals()).toBe(1);
  expect(counts(store)).toEqual([1]);
});
