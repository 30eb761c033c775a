import { describe, expect, jest, test } from '@jest/globals';
import { waitForJob } from '#lib/jobs/wait-for';
import type { Services } from '#lib/store/services';
import { MemoryStore } from '../support/memory-store.ts';
import { stillClock } from '../support/still-clock.ts';

function scene() {
  const clock = stillClock();
  const store = new MemoryStore(clock.now);
  const reads = jest.spyOn(store.jobs, 'readJob');
  return { clock, store, reads };
}

describe('waiting for a job', () => {
  test.each([Number.NaN, 'soon', -1, 604_800_001, Number.POSITIVE_INFINITY, null, {}, Symbol('s')])(
    'for %p ms is refused, and nothing is looked at',
    async timeoutMs => {
      const { clock, store, reads } = scene();
      const waiting = waitForJob({ clock, store }, 'none', { timeoutMs: timeoutMs as number });
      await expect(waiting).rejects.toMatchObject({
        code: 'request.malformed',
        message: expect.stringContaining('from 0 to 604800000'),
      });
      expect(reads).not.toHaveBeenCalled();
    },
  );

  test('with a signal that is none is refused', async () => {
    const signal = new AbortController() as unknown as AbortSignal;
    await expect(waitForJob(scene(), 'none', { signal })).rejects.toMatchObject({
      code: 'request.malformed',
    });
  });

  test('for 0 ms looks once', async () => {
    const { clock, store, reads } = scene();
    await expect(waitForJob({ clock, store }, 'none', { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'job.wait_timed_out',
    });
    expect(reads).toHaveBeenCalledTimes(1);
  });

  test('ends at once when its signal is aborted, however long the pause between two looks is', async () => {
    const { clock, store } = scene();
    const sleeps: number[] = [];
    const neverWakes: Services['clock'] = {
      ...clock,
      sleep: ms => {
        sleeps.push(ms);
        return new Promise(() => {});
      },
    };
    const abort = new AbortController();
    const waiting = waitForJob({ clock: neverWakes, store }, 'none', { signal: abort.signal });
    const ended = expect(waiting).rejects.toThrow('enough');
    await new Promise(resolve => setImmediate(resolve));
    expect(sleeps).toHaveLength(1);
    abort.abort(new Error('enough'));
    await ended;
  });

  test('looks about every two seconds', async () => {
    const { clock, store, reads } = scene();
    const waiting = waitForJob({ clock, store }, 'none', { timeoutMs: 100_000 });
    await expect(waiting).rejects.toMatchObject({ code: 'job.wait_timed_out' });
    expect(reads.mock.calls.length).toBeLessThan(70);
  });
});
