import { describe, expect, test } from '@jest/globals';
import type { Control } from '#lib/store/control';
import type { ControlStore } from '#lib/store/ports';
import { boundTo } from '../support/bound-to.ts';
import { drainStage } from '../support/drain-stage.ts';

/** Has the client send each change of a kind twice, as if the answer to the first had been lost. */
function sendTwice(controls: ControlStore, isMeant: (change: Partial<Control>) => boolean): void {
  const { changeControl } = boundTo(controls, 'changeControl');
  controls.changeControl = async (...given) => {
    if (isMeant(given[1])) await changeControl(...given);
    return changeControl(...given);
  };
}

const endsAs = (state: string) => (change: Partial<Control>) => change.drain?.state === state;

describe('where the answer of DynamoDB was lost', () => {
  test('a drain that begins flushes at once, and nothing that comes later', async () => {
    const { add, operations, work, clock } = drainStage({ handler: () => {} });
    await add('a', 3);
    sendTwice(work.memory.store.controls, ({ drain }) => drain?.version === undefined);
    expect(await operations.startDrain()).toMatchObject({ state: 'draining', flushed: 1 });
    clock.advance(1_001);
    await add('b', 2);
    expect(await work.during(operations.drain())).toMatchObject({ state: 'drained', flushed: 1 });
    expect(await operations.getBufferSize()).toBe(2);
  });

  test.each([
    ['drained', 'runs all its jobs'],
    ['timed_out', 'is ended by a pause'],
  ])('a drain that ends is told on the bus once, as %s where it %s', async state => {
    const { add, operations, work, events } = drainStage({ handler: () => {} });
    await add('a', 3);
    await operations.startDrain();
    sendTwice(work.memory.store.controls, endsAs(state));
    if (state === 'drained') await work.during(operations.drain());
    else await operations.pause();
    const told = events.filter(({ type }) => type === 'Cistern Batch Drained');
    expect(told).toMatchObject([{ state, flushed: 1 }]);
  });

  test('a drain that two processes end in one millisecond is told once', async () => {
    const { add, operations, events, clock } = drainStage({ handler: () => {} });
    await add('a', 3);
    await operations.startDrain({ timeoutMs: 5_000 });
    clock.advance(5_000);
    await Promise.all([operations.reportDrain(), operations.reportDrain(), operations.pause()]);
    expect(events.filter(({ type }) => type === 'Cistern Batch Drained')).toHaveLength(1);
  });
});
