import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { deadLetter } from '#functions/dead-letter';
import { ingest } from '#functions/ingest';
import { ticker } from '#functions/ticker';
import { timer } from '#functions/timer';
import type { TimerMessage } from '#lib/store/queue-ports';
import { type Engines, startEngines } from '../support/engines/start-engines.ts';
import {
  DAY_MS,
  definitions,
  FAR_MS,
  openPlace,
  orders,
  type Place,
  record,
  Scene,
} from './request-scene.ts';
import { rightsOf } from './rights.ts';
import { synthesise } from './synthesise.ts';

const shop = synthesise('shop', definitions);
const { functions } = shop.topology;
const consumerName = shop.topology.consumers[0]?.function.name ?? '';

let engines: Engines;
let place: Place;
beforeAll(async () => {
  engines = await startEngines();
});
beforeEach(async () => {
  place = await openPlace(engines);
});
afterAll(() => engines.stop());

/** Characters of a job's short id. */
const SHORT_ID = 8;

/** What Lambda does of itself, with the function's role: it reads queues, and writes the log. */
const LAMBDAS = /^(logs:|sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes) )/;

/** A function's rights, but for what Lambda itself does with them. */
const rights = (name: string): string[] =>
  Object.entries(rightsOf(shop, name))
    .flatMap(([resource, actions]) => {
      const plain = resource.includes(':event-bus/') ? 'bus' : resource;
      return actions.map(action => `${action} ${plain}`);
    })
    .filter(right => !LAMBDAS.test(right))
    .sort();

/** Plays a scene, and tells which requests it took. */
async function requestsOf(play: (scene: Scene) => Promise<unknown>): Promise<string[]> {
  const scene = new Scene(place);
  await play(scene);
  await Promise.all([scene.own.close(), scene.others.close()]);
  return [...scene.requests].sort();
}

describe('a function’s rights are the requests that its code makes, no fewer and no more', () => {
  test('ingest', async () => {
    const requests = await requestsOf(async scene => {
      const handler = ingest(scene.own, definitions);
      // opens a window, fills it, and meets a duplicate
      for (const ids of [[1], [2, 3], [1]]) {
        await handler({ batch: 'orders', items: ids.map(id => ({ id })) });
      }
    });
    expect(requests).toEqual(rights(functions.ingest.name));
  });

  test('timer', async () => {
    const requests = await requestsOf(async scene => {
      const fire = timer(scene.own);
      const message = async (id: number, waitMs: number): Promise<TimerMessage> => {
        await scene.add({ id });
        const buffer = { batch: 'orders', group: 'main', shard: 0 };
        const head = await scene.others.services.store.heads.readHead(buffer);
        if (head?.open === undefined) throw new Error('Something was added.');
        const { epoch, window, base } = head;
        const { cap, openedAt, deadline } = head.open;
        scene.clock.advance(waitMs);
        return { buffer, epoch, window, base, cap, openedAt, deadline, fireAt: deadline };
      };
      await fire(record(await message(11, 60_000)));
      // one that was overfull leaves a window open, whose timer is the sealer's to arm
      const { services } = scene.others;
      const overfull = await message(12, 0);
      const opening = { cap: 3, waitMs: 60_000, now: services.clock.now(), by: 'x', ordered: true };
      await services.store.heads.reserve(overfull.buffer, 4, 0, opening);
      scene.clock.advance(60_000);
      await fire(record(overfull));
    });
    expect(requests).toEqual(rights(functions.timer.name));
  });

  test('consumer', async () => {
    const requests = await requestsOf(async scene => {
      const { own } = scene;
      const failing = await scene.waiting({ id: 21, fail: true });
      const next = await scene.waiting({ id: 22 });
      await scene.run(failing, own);
      await scene.run(next, own);
      // its handler may add to its own batch
      for (const ids of [[23], [24, 25], [23]]) {
        await own.add(
          orders,
          ids.map(id => ({ id })),
        );
      }
    });
    expect(requests).toEqual(rights(consumerName));
  });

  test('dead-letter', async () => {
    const requests = await requestsOf(async scene => {
      const deliverDead = deadLetter(scene.own);
      await deliverDead(record({ job: await scene.dead() }));
      // sent on its way again: it was only throttled
      const throttled = await scene.waiting({ id: 31 });
      await deliverDead(record({ job: throttled }));
      await scene.run(throttled);
      // its process has died in its only attempt
      const lost = await scene.waiting({ id: 32 });
      const { store, clock } = scene.others.services;
      const now = clock.now();
      const claim = {
        by: 'who died',
        batch: (await store.jobs.readJob(lost))?.batch ?? '',
        now,
        lockedUntil: now + 5_000,
        maxAttempts: 1,
        tags: [],
      };
      await store.jobs.claim(lost, claim);
      await deliverDead(record({ job: lost }));
      scene.clock.advance(10_000);
      await deliverDead(record({ job: lost }));
    });
    expect(requests).toEqual(
      // a fence, which only a writer that died in these very seconds leaves to it
      rights(functions.deadLetter.name).filter(right => right !== 'dynamodb:PutItem shop'),
    );
  });

  test('ticker', async () => {
    jest.spyOn(console, 'log').mockImplementation(() => {});
    const requests = await requestsOf(async scene => {
      const wake = () => ticker(scene.own, { tickIntervalMs: 5_000 })();
      await scene.dead();
      await scene.waiting({ id: 41 });
      await scene.add({ id: 42 });
      // a timer that was never sent, and jobs that nobody heard of
      scene.clock.advance(90_000);
      await wake();
      // what was paused for so long that it would expire
      await scene.add({ id: 43 });
      await scene.act('pause', { batch: 'orders' }, scene.others);
      scene.clock.advance(16 * DAY_MS);
      await wake();
      await scene.act('resume', { batch: 'orders' }, scene.others);
      // a window further out than a timer reaches is armed when it is near
      await scene.add({ id: -44 });
      scene.clock.advance(FAR_MS - 300_000);
      await wake();
      // a drain that nobody asks for, and that has items come in meanwhile
      await scene.act('drain', { batch: 'orders', timeoutMs: 20_000 }, scene.others);
      await scene.add({ id: 45 });
      scene.clock.advance(30_000);
      await wake();
    });
    jest.restoreAllMocks();
    expect(requests).toEqual(rights(functions.ticker.name));
  });

  test('flush', async () => {
    const requests = await requestsOf(async scene => {
      await scene.add({ id: 51 });
      const { store, clock } = scene.others.services;
      const buffer = { batch: 'orders', group: 'main', shard: 0 };
      // overfull: the sealer has the timer of what it leaves open to arm
      const opening = { cap: 3, waitMs: 60_000, now: clock.now(), by: 'x', ordered: true };
      await store.heads.reserve(buffer, 4, 0, opening);
      await scene.act('flush', { batch: 'orders' });
    });
    expect(requests).toEqual(
      rights(functions.flush.name).filter(right => !/SendMessage shop-timer/.test(right)),
    );
  });

  test('pause', async () => {
    const requests = await requestsOf(async scene => {
      await scene.waiting({ id: 61 });
      await scene.act('drain', { batch: 'orders' }, scene.others);
      await scene.act('pause', { batch: 'orders' });
    });
    expect(requests).toEqual(rights(functions.pause.name));
  });

  test('resume', async () => {
    const requests = await requestsOf(async scene => {
      const parked = await scene.waiting({ id: 71 });
      await scene.act('drain', { batch: 'orders' }, scene.others);
      await scene.act('pause', { batch: 'orders' }, scene.others);
      await scene.run(parked);
      await scene.act('drain', { batch: 'orders' }, scene.others);
      // whoever adds no longer believes the batch free, and leaves what fills its window to resume
      scene.clock.advance(2_000);
      await scene.add({ id: 72 }, { id: 73 }, { id: 74 }, { id: 75 });
      await scene.act('resume', { batch: 'orders' });
    });
    expect(requests).toEqual(rights(functions.resume.name));
  });

  test('drain', async () => {
    const requests = await requestsOf(async scene => {
      await scene.add({ id: 81 });
      await scene.act('drain', { batch: 'orders' });
      await scene.act('drain', { batch: 'orders', report: true });
    });
    expect(requests).toEqual(
      rights(functions.drain.name).filter(right => !/SendMessage shop-timer/.test(right)),
    );
  });

  test('status', async () => {
    const requests = await requestsOf(async scene => {
      await scene.dead();
      await scene.add({ id: 91 });
      await scene.act('status', {});
    });
    expect(requests).toEqual(rights(functions.status.name));
  });

  test('jobs', async () => {
    const requests = await requestsOf(async scene => {
      const job = await scene.add({ id: 101 });
      const { store, clock } = scene.others.services;
      const buffer = { batch: 'orders', group: 'main', shard: 0 };
      // a writer that has died between its reservation and its put
      const opening = { cap: 3, waitMs: 60_000, now: clock.now(), by: 'x', ordered: true };
      await store.heads.reserve(buffer, 1, 0, opening);
      await scene.act('flush', { batch: 'orders' }, scene.others);
      await scene.act('jobs', { batch: 'orders', peek: true, group: 'main' });
      await scene.act('jobs', { batch: 'orders' });
      await scene.act('jobs', { job, items: true });
    });
    expect(requests).toEqual(rights(functions.jobs.name));
  });

  test('redrive', async () => {
    const requests = await requestsOf(async scene => {
      // so old that its window would expire before it has run
      const job = await scene.dead();
      const deliverDead = () => deadLetter(scene.others)(record({ job }));
      await deliverDead();
      scene.clock.advance(35 * DAY_MS);
      await scene.act('redrive', { job: job.slice(0, SHORT_ID) });
      await scene.run(job);
      await deliverDead();
      await scene.act('redrive', { batch: 'orders' });
    });
    expect(requests).toEqual(rights(functions.redrive.name));
  });

  test('purge', async () => {
    const requests = await requestsOf(async scene => {
      await scene.act('purge', { job: (await scene.dead()).slice(0, SHORT_ID) });
      await scene.dead();
      await scene.act('purge', { batch: 'orders', status: 'dead' });
    });
    expect(requests).toEqual(rights(functions.purge.name));
  });
});
