import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { runTicker } from '#lib/recovery/ticker';
import { TickerMemory } from '#lib/recovery/ticker-memory';
import type { Services } from '#lib/store/services';
import { MemoryWork } from '../support/memory-work.ts';
import { stillClock } from '../support/still-clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The ticker may be out for so long, as docs/semantics.md says. */
const OUTAGE_DAYS = 13;

interface Item {
  readonly id: string;
}
const idsOf = (...ids: string[]): Item[] => ids.map(id => ({ id }));

/** A deployment in which months pass: the ticker looks a few times a day, and TTL deletes at its earliest moment. */
class Months {
  readonly ran: string[][] = [];
  readonly work: MemoryWork;
  readonly definition: object;
  readonly #memory = new TickerMemory();
  writes = 0;

  constructor(change: Partial<BatchOptions<Item>> = {}) {
    this.definition = batch<Item>({
      name: 'held',
      maxSize: 3,
      maxWaitMs: 60_000,
      handler: ({ batch: items }) => {
        this.ran.push(items.map(({ id }) => id));
      },
      ...change,
    });
    this.work = new MemoryWork([this.definition], {}, stillClock());
    const { table } = this.work.memory.store;
    const update = table.update.bind(table);
    table.update = async (key, given) => {
      if (key.sk.startsWith('slot|') || key.sk.startsWith('key|') || key.sk === 'seen') this.writes += 1;
      return update(key, given);
    };
  }

  get services(): Services {
    return this.work.memory.deployment.services;
  }

  add(...ids: string[]) {
    return this.work.add(this.definition, idsOf(...ids));
  }

  /** Lets days pass, in each of which the ticker looks, unless it is out, and acts as it is told. */
  async pass(
    days: number,
    { out = false, act = async () => {} }: { out?: boolean; act?: () => Promise<void> } = {},
  ) {
    const { clock, store } = this.work.memory;
    for (let step = 0; step < days * 2; step++) {
      clock.advance(DAY / 2);
      // within a day or two of its time, says DynamoDB; here in the very second
      for (const key of [...store.table.expired(clock.now())]) store.table.delete(key);
      if (!out) await this.tick();
      await act();
    }
  }

  async tick(services = this.services): Promise<void> {
    await runTicker(services, this.work.memory.clock.now() + 1, { tickIntervalMs: 1 }, this.#memory);
  }

  /** Days from half of a record's life on in which the ticker is out. */
  async passWithOutages(days: number, act?: () => Promise<void>): Promise<void> {
    const given = act ? { act } : {};
    for (let passed = 0; passed < days; ) {
      await this.pass(15, given);
      await this.pass(OUTAGE_DAYS, { ...given, out: true });
      passed += 15 + OUTAGE_DAYS;
    }
  }

  /** Lets everything come to its end. */
  async settle(): Promise<string[]> {
    for (let round = 0; round < 60; round++) {
      await this.work.settle(4);
      if ((await this.work.leftBehind()).length === 0) break;
      this.work.memory.clock.advance(HOUR);
    }
    expect(await this.work.leftBehind()).toEqual([]);
    return this.ran.flat().sort();
  }
}

describe('nothing acknowledged expires in more than a year', () => {
  test('while its batch is paused, with adds all the time, whatever it has of windows, holes and keys', async () => {
    const months = new Months({ deduplicateBy: ({ id }) => id });
    await months.add('early');
    await months.work.of(months.definition).pause();
    months.work.memory.clock.advance(2_000);
    const all = ['early'];
    let day = 0;
    await months.passWithOutages(400, async () => {
      day += 1;
      if (day % 40 !== 0) return;
      await months.add(`a${day}`, `b${day}`);
      all.push(`a${day}`, `b${day}`);
    });
    // a key is not taken a second time while its window is open
    expect(await months.add(all.at(-1) ?? '')).toMatchObject([{ duplicate: true }]);
    await months.work.of(months.definition).resume();
    expect(await months.settle()).toEqual(all.sort());
  });

  test.each([
    ['of its window alone', undefined],
    ['that outlive their window', 60_000],
  ])('while dedup keys %s are held with it', async (_, ttlMs) => {
    const key = ({ id }: Item) => id;
    const months = new Months({ deduplicateBy: ttlMs === undefined ? key : { key, ttlMs } });
    await months.work.of(months.definition).pause();
    months.work.memory.clock.advance(2_000);
    await months.add('a', 'b');
    await months.passWithOutages(400);
    expect(await months.add('a')).toMatchObject([{ slot: 0, duplicate: true }]);
    await months.work.of(months.definition).resume();
    expect(await months.settle()).toEqual(['a', 'b']);
  });

  test('while a throttle lets one window a day through, and there are windows for a year', async () => {
    const months = new Months({ maxSize: 1, throttle: { max: 1, duration: 20 * HOUR } });
    const ids = Array.from({ length: 380 }, (_, i) => `i${String(i).padStart(3, '0')}`);
    for (let i = 0; i < ids.length; i += 20) await months.add(...ids.slice(i, i + 20));
    await months.pass(400, {
      act: async () => {
        await months.work.fireTimers();
        await months.work.runJobs();
      },
    });
    expect(await months.settle()).toEqual(ids);
  });

  test('while nobody runs its jobs, and what beforeFlush has made of them waits with them', async () => {
    let fails = true;
    const months = new Months({
      retries: { max: 3 },
      hooks: { beforeFlush: items => items.map(({ id }) => ({ id: `${id}!` })) },
      handler: ({ batch: items }) => {
        if (fails) throw new Error('not yet');
        months.ran.push(items.map(({ id }) => id));
      },
    });
    await months.add('a', 'b', 'c');
    // first its items are given a longer life, and only then the hook makes others of them
    await months.pass(40);
    await months.work.runJobs();
    fails = false;
    months.work.memory.queues.jobs.length = 0;
    await months.passWithOutages(380);
    expect(await months.settle()).toEqual(['a!', 'b!', 'c!']);
  });

  test('while its onDead is owed, and cannot be called', async () => {
    const told: string[][] = [];
    const months = new Months({
      deadLetter: { enabled: true, onDead: ({ items }) => void told.push(items.map(({ id }) => id)) },
      handler: () => {
        throw new Error('no');
      },
    });
    await months.add('a', 'b', 'c');
    const { queues } = months.work.memory;
    const [held] = queues.jobs;
    await months.work.runJobs();
    queues.dead.length = 0;
    expect(held).toBeDefined();
    await months.passWithOutages(400, async () => {
      queues.dead.length = 0;
    });
    await months.settle();
    expect(told).toEqual([['a', 'b', 'c']]);
  });

  test('while it is parked, its items in nobody’s message', async () => {
    const months = new Months({ persist: false });
    await months.add('a', 'b', 'c');
    await months.work.memory.deployment.memory.flush('size');
    expect(months.work.memory.queues.jobs).toHaveLength(1);
    await months.work.of(months.definition).pause();
    months.work.memory.clock.advance(2_000);
    await months.work.runJobs();
    expect(months.work.memory.queues.jobs).toEqual([]);
    await months.passWithOutages(400);
    await months.work.of(months.definition).resume();
    expect(await months.settle()).toEqual(['a', 'b', 'c']);
  });

  test('while its definition is removed; and it comes out at once when that is back', async () => {
    const months = new Months();
    await months.add('a', 'b', 'c');
    await months.add('d');
    months.work.memory.queues.jobs.length = 0;
    months.work.memory.queues.timers.length = 0;
    const without: Services = { ...months.services, definitionOf: () => undefined, definitions: () => [] };
    for (let passed = 0; passed < 400; passed += 15 + OUTAGE_DAYS) {
      for (let step = 0; step < 30; step++) {
        await months.pass(0.5, { out: true });
        await months.tick(without);
      }
      await months.pass(OUTAGE_DAYS, { out: true });
    }
    expect(months.work.memory.queues.jobs).toEqual([]);
    // a process of the deployment that has it again
    months.work.memory.clock.advance(60_000);
    await runTicker(months.services, months.work.memory.clock.now() + 1, {}, new TickerMemory());
    expect(months.work.memory.queues.jobs).toHaveLength(2);
    expect(await months.services.store.index.removedBatches()).toEqual([]);
    expect(await months.settle()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('what it costs', () => {
  test('each record is written once in a year, however often the ticker looks', async () => {
    const months = new Months({ deduplicateBy: ({ id }) => id });
    await months.work.of(months.definition).pause();
    months.work.memory.clock.advance(2_000);
    const ids = Array.from({ length: 90 }, (_, i) => `i${i}`);
    for (const id of ids) await months.add(id);
    const chunks = ids.length;
    await months.pass(14);
    expect(months.writes).toBe(0);
    await months.pass(360);
    // a chunk each, and its key in either of the two places where keys are
    expect(months.writes).toBe(chunks * 3);
    await months.pass(40);
    expect(months.writes).toBe(chunks * 6);
  });

  test('what is paused is looked at ever less often, an hour apart in the end', async () => {
    const months = new Months({ maxSize: 1 });
    const { queues, clock, store } = months.work.memory;
    await months.add('parked');
    await months.work.of(months.definition).pause();
    clock.advance(2_000);
    await months.work.runJobs();
    await months.add('buffered');
    queues.timers.length = 0;
    let looks = 0;
    for (const part of [store.headSchedules, store.jobs] as {
      lookAgain: (...given: never[]) => Promise<void>;
    }[]) {
      const { lookAgain } = part;
      part.lookAgain = async (...given) => {
        looks += 1;
        return lookAgain.apply(part, given);
      };
    }
    const { putOff } = store.headSchedules;
    store.headSchedules.putOff = async (...given) => {
      looks += 1;
      return putOff.apply(store.headSchedules, given);
    };
    for (let minute = 0; minute < 24 * 60; minute++) {
      clock.advance(60_000);
      await months.tick();
    }
    // a buffer and a job
    expect(looks).toBeLessThan(2 * 32);
  });

  test('a backlog too large for one look is gone on with, and not begun anew', async () => {
    const months = new Months();
    await months.work.of(months.definition).pause();
    months.work.memory.clock.advance(2_000);
    const ids = Array.from({ length: 600 }, (_, i) => `i${i}`);
    for (let i = 0; i < ids.length; i += 2) await months.add(...ids.slice(i, i + 2));
    const { retention } = months.services.store;
    const { clock } = months.work.memory;
    const read = new Map<string, number>();
    const keepSlots = retention.keepSlots.bind(retention);
    retention.keepSlots = async (job, from, ...rest) => {
      read.set(`${job} ${from}`, (read.get(`${job} ${from}`) ?? 0) + 1);
      clock.advance(500);
      return keepSlots(job, from, ...rest);
    };
    await months.pass(15, { out: true });
    for (let look = 0; look < 60; look++) {
      clock.advance(5_000);
      await months.tick();
    }
    // a bulk of two that meets the end of a window is two chunks
    expect(months.writes).toBe(400);
    const times = [...read.values()].sort((a, b) => b - a);
    // the first part tells each look whether all has to be gone through again
    expect(times.slice(1).filter(count => count > 2)).toEqual([]);
  });
});
