import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { runTicker } from '#lib/recovery/ticker';
import { TickerMemory } from '#lib/recovery/ticker-memory';
import type { Services } from '#lib/store/services';
import { boundTo } from '../support/bound-to.ts';
import { MemoryWork } from '../support/memory-work.ts';
import { stillClock } from '../support/still-clock.ts';

const MINUTE = 60_000;
/** The ticker leaves what is due to others for so long. */
const GRACE = 2_000;
const DAY = 86_400_000;

/** A deployment whose sealers die before they clear their marker, until it is mended; TTL deletes in the very second. */
class Scene {
  readonly ran: string[][] = [];
  readonly deaths: (readonly string[])[] = [];
  readonly definition: object;
  readonly work: MemoryWork;
  fails = false;
  onDeadThrows = false;

  constructor(change: Partial<BatchOptions<string>> = {}) {
    this.definition = batch<string>({
      name: 'brief',
      maxSize: 2,
      maxWaitMs: MINUTE,
      retention: { completed: MINUTE, failed: MINUTE },
      handler: ({ batch: items }) => {
        this.ran.push([...items]);
        if (this.fails) throw new Error('it fails');
      },
      deadLetter: {
        enabled: true,
        onDead: ({ items }) => {
          if (this.onDeadThrows) throw new Error('it fails too');
          this.deaths.push(items as string[]);
        },
      },
      ...change,
    });
    this.work = new MemoryWork([this.definition], {}, stillClock());
  }

  get services(): Services {
    return this.work.memory.deployment.services;
  }

  /** The services of a process that does not know the definition. */
  get without(): Services {
    return { ...this.services, definitionOf: () => undefined, definitions: () => [] };
  }

  get operations() {
    return this.work.of<string>(this.definition);
  }

  /** Runs a batch of two whose sealer dies with the message sent and its marker in place. Returns its job. */
  async runWithMarkerLeft(): Promise<string> {
    const { seals } = this.work.memory.store;
    const clear = seals.clearMarkers.bind(seals);
    seals.clearMarkers = async () => {};
    const [receipt] = await this.work.add(this.definition, ['a', 'b']);
    await this.work.runJobs();
    seals.clearMarkers = clear;
    return receipt?.job ?? '';
  }

  /** Days in which nobody does anything but TTL. */
  pass(days: number): void {
    const { clock, store } = this.work.memory;
    clock.advance(days * DAY);
    for (const key of [...store.table.expired(clock.now())]) store.table.delete(key);
  }

  tick(services = this.services): Promise<unknown> {
    const { clock } = this.work.memory;
    return runTicker(services, clock.now() + 1, { tickIntervalMs: 1 }, new TickerMemory());
  }
}

describe('a job that has ended does not run again', () => {
  test('where its marker was left behind, the ticker is out for 13 days, and its record is shown for a minute', async () => {
    const scene = new Scene();
    const job = await scene.runWithMarkerLeft();
    scene.pass(13);
    expect(await scene.operations.getJob(job)).toBeUndefined();
    await scene.tick();
    await scene.work.settle();
    expect(scene.ran).toEqual([['a', 'b']]);
    expect(await scene.work.leftBehind()).toEqual([]);
  });

  test('where its marker was left behind, and it is purged', async () => {
    const scene = new Scene();
    await scene.operations.purge(await scene.runWithMarkerLeft());
    scene.pass(13);
    await scene.tick();
    await scene.work.settle();
    expect(scene.ran).toEqual([['a', 'b']]);
    expect(await scene.work.leftBehind()).toEqual([]);
  });

  test('where its marker was left behind, and its definition is removed for a month', async () => {
    const scene = new Scene();
    await scene.runWithMarkerLeft();
    scene.work.memory.clock.advance(MINUTE + GRACE);
    await scene.tick(scene.without);
    expect(await scene.work.leftBehind()).toEqual([]);
    scene.pass(20);
    await scene.tick();
    await scene.work.settle();
    expect(scene.ran).toEqual([['a', 'b']]);
  });

  test('where its publisher stands still for two weeks before it puts the record', async () => {
    const scene = new Scene();
    const { jobs } = scene.work.memory.store;
    const put = jobs.putJob.bind(jobs);
    let thaw: () => unknown = () => {};
    const frozen = new Promise<void>(resolve => {
      jobs.putJob = async (...given) => {
        jobs.putJob = put;
        resolve();
        await new Promise(go => {
          thaw = () => go(undefined);
        });
        return put(...given);
      };
    });
    const adding = scene.work.add(scene.definition, ['a', 'b']);
    await frozen;
    await new Promise(resolve => setImmediate(resolve));
    scene.work.memory.clock.advance(MINUTE + GRACE);
    await adding;
    await scene.tick();
    await scene.work.runJobs();
    expect(scene.ran).toEqual([['a', 'b']]);
    scene.pass(14);
    thaw();
    await new Promise(resolve => setImmediate(resolve));
    await scene.work.settle();
    expect(scene.ran).toEqual([['a', 'b']]);
    expect(await scene.work.leftBehind()).toEqual([]);
  });

  test('where a copy of a message that carries its items comes 14 days later', async () => {
    const scene = new Scene({ persist: false });
    const { jobs } = scene.work.memory.queues;
    await scene.work.add(scene.definition, ['a', 'b']);
    await scene.operations.flush();
    const [held] = jobs;
    if (held === undefined) throw new Error('There is no message.');
    jobs.push(structuredClone(held));
    const copy = jobs.pop();
    await scene.work.runJobs();
    scene.pass(14);
    if (copy) jobs.push(copy);
    await scene.work.runJobs();
    expect(scene.ran).toEqual([['a', 'b']]);
    expect(jobs).toEqual([]);
  });
});

describe('a purge and a redrive at the same time', () => {
  test.each(['beginPurge', 'redrive'] as const)(
    'never run erased items, whichever is first: %s',
    async first => {
      const scene = new Scene();
      scene.fails = true;
      const [receipt] = await scene.work.add(scene.definition, ['a', 'b']);
      await scene.work.settle();
      scene.fails = false;
      const job = receipt?.job ?? '';
      const { jobs } = scene.work.memory.store;
      const { operations } = scene;
      const other = { beginPurge: () => operations.redrive(job), redrive: () => operations.purge(job) }[
        first
      ];
      const original = { beginPurge: jobs.beginPurge.bind(jobs), redrive: jobs.redrive.bind(jobs) };
      // the other one has read the record, and comes behind
      let late: Promise<unknown> = Promise.resolve();
      const behind = first === 'beginPurge' ? 'redrive' : 'beginPurge';
      const reached = new Promise<void>(resolve => {
        const hold = async (...given: unknown[]) => {
          resolve();
          await held;
          return (original[behind] as (...args: unknown[]) => Promise<never>)(...given);
        };
        Object.assign(jobs, { [behind]: hold });
      });
      let go = () => {};
      const held = new Promise<void>(resolve => {
        go = resolve;
      });
      late = other().then(
        () => 'done',
        error => error.code,
      );
      await reached;
      await (first === 'beginPurge' ? operations.purge(job) : operations.redrive(job));
      go();
      expect(await late).toBe(first === 'beginPurge' ? 'job.not_redrivable' : 'job.not_ended');
      await scene.work.settle();
      expect(scene.ran.slice(1)).toEqual(first === 'beginPurge' ? [] : [['a', 'b']]);
    },
  );
});

describe('a job whose definition is removed keeps what it owes', () => {
  test('its onDead, which is called once the definition is back', async () => {
    const scene = new Scene();
    scene.fails = true;
    scene.onDeadThrows = true;
    await scene.work.add(scene.definition, ['a', 'b']);
    await scene.work.runJobs();
    await scene.work.runJobs();
    const { dead } = scene.work.memory.queues;
    expect(dead).toHaveLength(1);
    const deliverDead = async (services: Services) => {
      const { handleDeadLetter } = await import('#lib/jobs/dead-letter');
      const [held] = dead.splice(0, 1);
      if (held) await handleDeadLetter(services, { message: held.message, receiptHandle: '' });
    };
    scene.work.memory.clock.advance(10 * MINUTE);
    await deliverDead(scene.without);
    for (let day = 0; day < 40; day++) {
      scene.pass(1);
      await scene.tick(scene.without);
    }
    scene.onDeadThrows = false;
    expect(scene.deaths).toEqual([]);
    expect(dead).toEqual([]);
    await scene.tick();
    expect(dead).toHaveLength(1);
    await scene.work.settle();
    expect(scene.deaths).toEqual([['a', 'b']]);
    expect(await scene.work.leftBehind()).toEqual([]);
  });

  test.each([true, false])('its end, which its definition decides; with persist: %p', async persist => {
    const scene = new Scene({ persist });
    const { jobs, dead } = scene.work.memory.queues;
    const { services } = scene;
    await scene.work.add(scene.definition, ['a', 'b']);
    await scene.operations.flush();
    // its only attempt dies in the handler
    const [held] = jobs;
    if (held === undefined) throw new Error('There is no message.');
    const { message } = held;
    const now = services.clock.now();
    const facts = { by: 'run', batch: 'brief', now, lockedUntil: now + 2_000, maxAttempts: 1, tags: [] };
    await services.store.jobs.claim(message.job, facts, 'inline' in message ? message.inline : undefined);
    jobs.length = 0;
    scene.work.memory.clock.advance(MINUTE + GRACE);
    const { handleDeadLetter } = await import('#lib/jobs/dead-letter');
    expect(await handleDeadLetter(scene.without, { message, receiptHandle: '' })).toBe('done');
    expect(await scene.operations.getJob(message.job)).toMatchObject({ status: 'active' });
    for (let day = 0; day < 40; day++) {
      scene.pass(1);
      await scene.tick(scene.without);
    }
    expect([...jobs, ...dead]).toEqual([]);
    await scene.work.settle();
    expect(scene.deaths).toEqual([['a', 'b']]);
    expect(await scene.work.leftBehind()).toEqual([]);
  });

  test('and its items are there for its retention, which begins when onDead has returned', async () => {
    const scene = new Scene({ retention: { failed: 60 * DAY } });
    scene.fails = true;
    scene.onDeadThrows = true;
    const [receipt] = await scene.work.add(scene.definition, ['a', 'b']);
    await scene.work.runJobs();
    for (let day = 0; day < 45; day++) {
      scene.pass(1);
      await scene.tick();
      await scene.work.runJobs();
    }
    scene.onDeadThrows = false;
    await scene.work.runJobs();
    expect(scene.deaths).toEqual([['a', 'b']]);
    scene.pass(59);
    expect(await scene.operations.getJobItems(receipt?.job ?? '')).toMatchObject([
      { item: 'a', state: 'dead' },
      { item: 'b', state: 'dead' },
    ]);
    scene.pass(2);
    expect(await scene.operations.getJob(receipt?.job ?? '')).toBeUndefined();
  });
});

test('a job whose onDead was owed goes in the end though its purge was cut off', async () => {
  const scene = new Scene();
  scene.fails = true;
  scene.onDeadThrows = true;
  const [receipt] = await scene.work.add(scene.definition, ['a', 'b']);
  for (let turns = 0; turns < 3; turns++) await scene.work.runJobs();
  const job = receipt?.job ?? '';
  expect(await scene.operations.getJob(job)).toMatchObject({ status: 'dead' });
  const { retention } = scene.work.memory.store;
  const { erase } = boundTo(retention, 'erase');
  retention.erase = () => Promise.reject(new Error('the process dies'));
  await expect(scene.operations.purge(job)).rejects.toThrow('the process dies');
  retention.erase = erase;
  expect(await scene.operations.getJob(job)).toMatchObject({ status: 'dead' });
  scene.pass(16);
  expect(await scene.operations.getJob(job)).toBeUndefined();
});
