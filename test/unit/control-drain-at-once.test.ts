import { describe, expect, test } from '@jest/globals';
import type { DrainRecord } from '#lib/store/control';
import type { ControlStore } from '#lib/store/ports';
import { boundTo } from '../support/bound-to.ts';
import { drainStage } from '../support/drain-stage.ts';
import { gate } from '../support/gate.ts';
import { LAG_MS, laggingDrain } from '../support/lagging-drain.ts';
import type { MemoryWork } from '../support/memory-work.ts';
import type { TestClock } from '../support/test-clock.ts';

/** Has the next change of a drain's record that is of a kind wait, as that of a slow process does. */
function holdNext(controls: ControlStore, isMeant: (drain: DrainRecord) => boolean) {
  const { changeControl } = boundTo(controls, 'changeControl');
  const [held, go] = [gate(), gate()];
  controls.changeControl = async (...given) => {
    const [, { drain }, options] = given;
    if (options?.whileDraining && drain && isMeant(drain)) {
      controls.changeControl = changeControl;
      held.open();
      await go.opened;
    }
    return changeControl(...given);
  };
  return { held: held.opened, go: go.open };
}

/** The drain's record. */
const recordOf = async ({ memory }: MemoryWork): Promise<DrainRecord | undefined> =>
  (await memory.store.controls.readControl('drained')).drain;

describe('of two processes that look at a drain at once', () => {
  test.each(['the first', 'the ticker'])('%s loses nothing that the other has counted', async slow => {
    const { add, operations, clock, work } = drainStage({ handler: () => {} });
    const { controls } = work.memory.store;
    await add('a', 3);
    const first = holdNext(controls, ({ flushed }) => flushed === 1);
    const starting = operations.startDrain();
    await first.held;
    await add('b', 2);
    clock.advance(5_000);
    if (slow === 'the first') {
      expect(await operations.reportDrain()).toMatchObject({ flushed: 1 });
      first.go();
    } else {
      const second = holdNext(controls, ({ flushed }) => flushed === 1);
      const reporting = operations.reportDrain();
      await second.held;
      first.go();
      await starting;
      second.go();
      await reporting;
    }
    expect(await starting).toMatchObject({ state: 'draining' });
    expect(await recordOf(work)).toMatchObject({ begun: true, flushed: 2 });
    expect(await work.during(operations.drain())).toMatchObject({
      state: 'drained',
      flushed: 2,
      completed: 2,
    });
  });

  test('a flush whose answer was lost is counted once, though the other has written since', async () => {
    const { add, operations, work } = drainStage({ handler: () => {} });
    const { controls } = work.memory.store;
    await add('a', 3);
    const { changeControl } = boundTo(controls, 'changeControl');
    controls.changeControl = async (...given) => {
      const written = await changeControl(...given);
      if (given[1].drain?.flushed !== 1 || written?.drain === undefined) return written;
      controls.changeControl = changeControl;
      await changeControl('drained', { drain: written.drain }, { whileDraining: written.drain });
      // the client has sent it again
      return changeControl(...given);
    };
    expect(await operations.startDrain()).toMatchObject({ flushed: 1 });
    expect(await recordOf(work)).toMatchObject({ begun: true, flushed: 1, version: 2 });
  });

  test('one that saw nothing more to do does not end it after the other has begun again', async () => {
    const { add, operations, clock, work, look, store } = laggingDrain();
    const { controls, index } = store;
    await add('b', 2);
    clock.advance(1);
    await operations.startDrain();
    await look(3);
    clock.advance(LAG_MS);
    const { buffersOf } = index;
    index.buffersOf = async () => [];
    const end = holdNext(controls, ({ state }) => state === 'drained');
    const ending = operations.reportDrain();
    await end.held;
    index.buffersOf = buffersOf;
    expect(await operations.reportDrain()).toMatchObject({ state: 'draining', flushed: 1 });
    end.go();
    expect(await ending).toMatchObject({ state: 'draining', flushed: 1 });
    const again = { begun: true, begunAgainAt: expect.any(Number), flushed: 1 };
    expect(await recordOf(work)).toMatchObject(again);
  });

  test('one that has found all published is not believed after the other has begun again', async () => {
    const { add, operations, clock, work, look, store } = laggingDrain();
    await add('b', 2);
    clock.advance(1);
    await operations.startDrain();
    clock.advance(2_500);
    const publish = holdNext(store.controls, ({ publishedAt }) => publishedAt !== undefined);
    const publishing = operations.reportDrain();
    await publish.held;
    await look(LAG_MS / 1_000 + 1);
    const { begunAgainAt = Number.POSITIVE_INFINITY } = (await recordOf(work)) ?? {};
    publish.go();
    await publishing;
    await look(1);
    expect((await recordOf(work))?.publishedAt).toBeGreaterThan(begunAgainAt);
  });

  test('each waits for the other’s flush of windows that only one of them has seen', async () => {
    const { add, operations, clock, work, look, store } = laggingDrain();
    await add('b', 2);
    clock.advance(LAG_MS);
    const seals = holdNext(store.controls, ({ flushed }) => flushed === 1);
    const starting = operations.startDrain();
    await seals.held;
    // meanwhile the other flushes nothing, and finds that nothing is missing
    await look(8);
    expect(await recordOf(work)).toMatchObject({ flushed: 0, begun: true, publishedAt: expect.any(Number) });
    const goesOnAt = clock.now();
    seals.go();
    await starting;
    expect(await recordOf(work)).toMatchObject({ flushed: 1, begun: true });
    expect((await recordOf(work))?.publishedAt).toBeGreaterThanOrEqual(goesOnAt);
  });
});

describe('a flush of a drain that lasts long', () => {
  /** Has the clock run what is to be done again and again when time passes. */
  function ticking(clock: TestClock): (seconds: number) => Promise<void> {
    const actions = new Set<() => void>();
    clock.every = (_, action) => {
      actions.add(action);
      return () => void actions.delete(action);
    };
    return async seconds => {
      for (let second = 0; second < seconds; second++) {
        clock.advance(1_000);
        for (const action of actions) action();
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      }
    };
  }

  async function slowFlush() {
    const stage = drainStage({ handler: () => {} });
    const { work, add, operations, clock } = stage;
    await add('a', 3);
    const pass = ticking(clock);
    const { heads } = work.memory.store;
    const { readHeads } = boundTo(heads, 'readHeads');
    const [reads, go] = [gate(), gate()];
    heads.readHeads = async (...given) => {
      heads.readHeads = readHeads;
      reads.open();
      await go.opened;
      return readHeads(...given);
    };
    const starting = operations.startDrain();
    await reads.opened;
    return { ...stage, pass, starting, go };
  }

  test('is left to its process, and what comes in meanwhile stays buffered', async () => {
    const { operations, add, work, pass, starting, go } = await slowFlush();
    await pass(2);
    await add('b', 2);
    for (let looks = 0; looks < 10; looks++) {
      await pass(2);
      await work.tick();
      expect(await operations.reportDrain()).toMatchObject({ state: 'draining', flushed: 0 });
    }
    go.open();
    expect(await starting).toMatchObject({ flushed: 1 });
    expect(await work.during(operations.drain())).toMatchObject({ state: 'drained', flushed: 1 });
    expect(await operations.getBufferSize()).toBe(2);
  });

  test('is taken over from a process that has died meanwhile', async () => {
    const { operations, clock, pass } = await slowFlush();
    await pass(9);
    clock.advance(4_000);
    expect(await operations.reportDrain()).toMatchObject({ flushed: 0 });
    clock.advance(2_000);
    expect(await operations.reportDrain()).toMatchObject({ flushed: 1 });
  });
});

describe('a look that finds each window published', () => {
  test('waits for the index from the end of its reads on, however long they take', async () => {
    const { operations, clock, work, store } = laggingDrain();
    await operations.startDrain();
    clock.advance(2_500);
    const { readHeads } = boundTo(store.heads, 'readHeads');
    let readAt = Number.POSITIVE_INFINITY;
    store.heads.readHeads = async (...given) => {
      const heads = await readHeads(...given);
      clock.advance(3_000);
      readAt = Math.min(readAt, clock.now());
      return heads;
    };
    await operations.reportDrain();
    expect((await recordOf(work))?.publishedAt).toBeGreaterThanOrEqual(readAt);
  });
});
