import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { runTicker } from '#lib/recovery/ticker';
import { TickerMemory } from '#lib/recovery/ticker-memory';
import type { Store } from '#lib/store/ports';
import type { Measured } from '#lib/telemetry/metrics';
import { MemoryWork } from '../support/memory-work.ts';
import { stillClock } from '../support/still-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const define = (name: string, change: object = {}) =>
  batch<number>({ name, maxSize: 10, maxWaitMs: 1_000, groupBy: String, handler: () => {}, ...change });

/** Opens windows of so many groups, as their adds would, and loses their timers. */
async function openWindows(work: MemoryWork, name: string, groups: number, waitMs = 1_000) {
  const { store, clock } = work.memory;
  const opening = { cap: 10, waitMs, now: clock.now(), ordered: false };
  for (let i = 0; i < groups; i++) {
    await store.heads.reserve({ batch: name, group: `g${i}`, shard: 0 }, 1, 0, {
      ...opening,
      by: `${name}${i}`,
    });
  }
}

/** Makes a store part whose every call fails that is about one of these. */
function denying<T extends object>(part: T, isDenied: (given: unknown) => boolean, calls = { denied: 0 }): T {
  return new Proxy(part, {
    get: (target, name) => {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        if (given.some(isDenied)) {
          calls.denied += 1;
          throw new Error('AccessDenied');
        }
        return method.apply(target, given);
      };
    },
  });
}

const isOf = (name: string) => (given: unknown) =>
  JSON.stringify(given ?? null).includes(`"batch":"${name}"`);

describe('what cannot be put right', () => {
  test('5,000 overdue groups of a throttled batch delay no other batch’s window', async () => {
    const slow = define('slow', { throttle: { max: 1, duration: 20 * HOUR } });
    const quick = define('quick');
    const work = new MemoryWork([slow, quick], {}, stillClock());
    const { store, clock } = work.memory;
    await openWindows(work, 'slow', 5_000);
    clock.advance(5 * MINUTE);
    await work.add(quick, [1]);
    work.memory.queues.timers.length = 0;
    clock.advance(1_000 + MINUTE);
    let reads = 0;
    for (const name of ['readHead', 'readHeads'] as const) {
      const method = store.heads[name] as (given: never) => Promise<unknown>;
      store.heads[name] = async (given: never) => {
        reads += Array.isArray(given) ? (given as unknown[]).length : 1;
        return method.call(store.heads, given) as never;
      };
    }
    await runTicker(work.memory.deployment.services, clock.now() + 1);
    const [job] = [...store.allJobs().values()].filter(({ batch: name }) => name === 'quick');
    expect(job?.sealedAt).toBeLessThan((job?.deadline ?? 0) + MINUTE + 5_000);
    // a minute of looks later each of them has been looked at about once, and waits for its turn
    await runTicker(work.memory.deployment.services, clock.now() + 10_000);
    expect(reads).toBeLessThan(20_000);
    const overdue = [...store.allHeads().values()].filter(
      ({ dueAt = Infinity }) => dueAt <= clock.now() - 2_000,
    );
    expect(overdue).toEqual([]);
  });

  test.each([
    ['of a removed definition', 'removed'],
    ['that this process may not touch', 'denied'],
  ])('1,100 entries in each index partition %s hide nobody’s work, of no kind', async (_, name) => {
    const definitions = [
      define('late'),
      define('far', { maxWaitMs: HOUR }),
      define('lost'),
      define('drained'),
      define('dies', {
        deadLetter: { enabled: true, onDead: () => {} },
        handler: () => Promise.reject(new Error()),
      }),
      ...(name === 'denied' ? [define(name)] : []),
    ];
    const work = new MemoryWork(definitions, {}, stillClock());
    const { queues, clock, deployment } = work.memory;
    // four partitions: more entries than a request reads of each, and in all more than a look reads
    await openWindows(work, name, 4 * 1_100);
    clock.advance(HOUR);

    const [late, far, lost, , dies] = definitions;
    for (const each of [lost, dies]) {
      await work.add(each as object, [1]);
      await work.of(each as object).flush();
    }
    const dead = queues.jobs.at(-1);
    queues.jobs.length = 0;
    if (dead) queues.jobs.push(dead);
    await work.runJobs();
    expect(queues.dead).toHaveLength(1);
    queues.dead.length = 0;
    clock.advance(2 * MINUTE);
    const { services } = deployment;
    await work.add(late as object, [1]);
    await work.add(far as object, [1]);
    clock.advance(HOUR - 10 * MINUTE);
    await services.store.controls.changeControl(
      'drained',
      {
        paused: true,
        drain: {
          id: 'd',
          startedAt: clock.now(),
          until: clock.now() + HOUR,
          state: 'draining',
          begun: true,
          flushed: 0,
        },
      },
      { lookAt: clock.now() },
    );
    clock.advance(MINUTE);
    queues.timers.length = 0;

    const calls = { denied: 0 };
    const denied = <T extends object>(part: T): T => denying(part, isOf('denied'), calls);
    const { heads, seals, turns, headSchedules } = services.store;
    const store: Store = {
      ...services.store,
      heads: denied(heads),
      seals: denied(seals),
      turns: denied(turns),
      headSchedules: denied(headSchedules),
    };
    const memory = new TickerMemory();
    const report = await runTicker({ ...services, store }, clock.now() + 5_000, {}, memory);
    expect([...work.memory.store.allJobs().values()].filter(({ batch: of }) => of === 'late')).toHaveLength(
      1,
    );
    expect(queues.timers.map(({ message }) => message.buffer.batch)).toContain('far');
    expect((await services.store.controls.readControl('drained')).drain?.state).toBe('drained');
    expect(queues.jobs.length).toBeGreaterThanOrEqual(2);
    expect(queues.dead).toHaveLength(1);
    expect(name === 'removed' ? report.removed : report.failed).toBeGreaterThan(4_399);

    // and it is tried ever less often
    const before = name === 'removed' ? report.removed : calls.denied;
    calls.denied = 0;
    clock.advance(HOUR);
    const later = await runTicker({ ...services, store }, clock.now() + 5_000, {}, memory);
    expect(name === 'removed' ? later.removed : calls.denied).toBeLessThan(before);
  });

  test('is tried ever less often, an hour apart at the most, and told as stuck from the fifth time on', async () => {
    const measured: [string, Measured][] = [];
    const definition = define('stuck');
    const work = new MemoryWork(
      [definition],
      { measure: (...values) => measured.push(values) },
      stillClock(),
    );
    const { queues, clock, deployment } = work.memory;
    const tries: number[] = [];
    const { sendJob } = queues;
    queues.sendJob = async () => {
      tries.push(clock.now());
      throw new Error('There is no such queue.');
    };
    await work.add(definition, [1]);
    queues.timers.length = 0;
    const began = clock.now();
    while (clock.now() < began + 6 * HOUR) {
      await runTicker(deployment.services, clock.now() + 52_000);
      clock.advance(MINUTE - ((clock.now() - began) % MINUTE));
    }
    const pauses = tries.slice(1).map((at, i) => at - (tries[i] ?? 0));
    // the buffer’s marker and the job are two entries
    expect(tries.length).toBeLessThan(45);
    expect(Math.max(...pauses)).toBeLessThan(HOUR + 2 * MINUTE);
    const stuck = measured.filter(([, values]) => values.EntriesStuck !== undefined).map(([of]) => of);
    expect(new Set(stuck)).toEqual(new Set(['stuck', '*']));

    // what is mended is put right within an hour, with nobody’s help
    queues.sendJob = sendJob;
    const mended = clock.now();
    while (queues.jobs.length === 0 && clock.now() < mended + 2 * HOUR) {
      clock.advance(MINUTE);
      await runTicker(deployment.services, clock.now() + 1);
    }
    expect(clock.now() - mended).toBeLessThanOrEqual(HOUR + MINUTE);
    await work.settle();
    expect(await work.leftBehind()).toEqual([]);
  });

  test('a look whose time is up begins nothing more, ends without an error, and lets its lease go', async () => {
    const definition = define('heavy');
    const work = new MemoryWork([definition], {}, stillClock());
    const { store, clock, deployment } = work.memory;
    await openWindows(work, 'heavy', 2_000);
    clock.advance(MINUTE);
    const { sealOpen } = store.seals;
    // as slow as a store that is throttled
    store.seals.sealOpen = async (...given) => {
      clock.advance(20);
      return sealOpen.apply(store.seals, given);
    };
    const until = clock.now() + 1_000;
    const report = await runTicker(deployment.services, until);
    expect(clock.now()).toBeLessThan(until + 10_000);
    expect(report.failed).toBe(0);
    expect(report.sealed).toBeGreaterThan(100);
    expect(report.sealed).toBeLessThan(2_000);
    expect(await store.leases.acquire('ticker', 'the next one', clock.now(), clock.now() + 1)).toBe(true);
  });

  test('one buffer with windows without end takes no more than a look’s time, and goes on at the next one', async () => {
    const definition = define('deep', { maxSize: 1 });
    const work = new MemoryWork([definition], {}, stillClock());
    const { store, clock, deployment } = work.memory;
    const buffer = { batch: 'deep', group: 'g', shard: 0 };
    const opening = { cap: 1, waitMs: 1_000, now: clock.now(), ordered: false, by: 'x' };
    await store.heads.reserve(buffer, 2_000, 0, opening);
    clock.advance(MINUTE);
    const { sealFull } = store.seals;
    store.seals.sealFull = async (...given) => {
      clock.advance(100);
      return sealFull.apply(store.seals, given);
    };
    const first = await runTicker(deployment.services, clock.now() + 1);
    expect(first.sealed).toBeGreaterThan(100);
    expect(first.sealed).toBeLessThan(1_500);
    for (let look = 0; look < 10; look++) {
      clock.advance(3_000);
      await runTicker(deployment.services, clock.now() + 1);
    }
    expect(store.allJobs().size).toBe(2_000);
  });

  test('calls that hang take a bounded part of the ticker: other batches go on, and it ends in time', async () => {
    const definitions = [define('hangs'), define('goes')];
    const clock = stillClock();
    const work = new MemoryWork(definitions, {}, clock);
    const { store, queues, deployment } = work.memory;
    const opening = { cap: 10, waitMs: 1_000, now: clock.now(), ordered: false, by: 'x' };
    for (let i = 0; i < 200; i++) {
      await store.heads.reserve({ batch: 'hangs', group: `g${i}`, shard: 0 }, 1, 0, opening);
    }
    await store.heads.reserve({ batch: 'goes', group: 'g', shard: 0 }, 1, 0, opening);
    const { sendJob } = queues;
    queues.sendJob = (name, ...sent) =>
      name === 'hangs' ? new Promise(() => {}) : sendJob.call(queues, name, ...sent);
    clock.advance(MINUTE);
    const until = clock.now() + 52_000;
    let ended = false;
    const running = runTicker(deployment.services, until).finally(() => {
      ended = true;
    });
    for (let turn = 0; !ended && turn < 1_000; turn++) {
      clock.advance(500);
      for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
    }
    await running;
    expect(clock.now()).toBeLessThanOrEqual(until + 25_000);
    expect(queues.jobs).toHaveLength(1);
  });
});
