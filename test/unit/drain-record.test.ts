import { describe, expect, test } from '@jest/globals';
import { afterFlush, begunAgain, published } from '#lib/control/drain-record';
import type { DrainRecord } from '#lib/store/control';

const NEW: DrainRecord = { id: 'd', startedAt: 10, until: 900, state: 'draining', flushed: 0 };
const BEGUN: DrainRecord = { ...NEW, begun: true };
const flush = (change: object = {}) => ({ name: 'f', beginning: 10, jobs: 2, isWhole: true, ...change });

describe('the record of a drain, after a flush', () => {
  test('has its jobs once, however often the flush is noted', () => {
    const once = afterFlush(NEW, flush());
    expect(once).toEqual({ ...NEW, begun: true, flushed: 2, counted: ['f'] });
    expect(afterFlush(once, flush())).toBe(once);
    expect(afterFlush(once, flush({ name: 'g' }))).toMatchObject({ flushed: 4, counted: ['f', 'g'] });
  });

  test('is the same where the flush has made no job and sealed nothing that was not sealed', () => {
    expect(afterFlush(NEW, flush({ jobs: 0, isWhole: false }))).toBe(NEW);
    expect(afterFlush(BEGUN, flush({ jobs: 0 }))).toBe(BEGUN);
    expect(afterFlush(NEW, flush({ jobs: 0 }))).toEqual(BEGUN);
  });

  test('has not begun by a flush that has left windows, or that was made before it began again', () => {
    expect(afterFlush(NEW, flush({ isWhole: false }))).not.toHaveProperty('begun');
    const again = begunAgain(published(BEGUN, 20), 30);
    expect(again).toEqual({ ...NEW, begunAgainAt: 30 });
    expect(afterFlush(again, flush())).toEqual({ ...again, flushed: 2, counted: ['f'] });
    expect(afterFlush(again, flush({ beginning: 30 }))).toMatchObject({ begun: true, flushed: 2 });
  });

  test('waits for the index anew where the flush has made jobs', () => {
    expect(afterFlush(published(BEGUN, 20), flush())).not.toHaveProperty('publishedAt');
    expect(afterFlush(published(BEGUN, 20), flush({ jobs: 0 }))).toMatchObject({ publishedAt: 20 });
  });

  test('keeps the names of ten flushes', () => {
    let drain = NEW;
    for (let at = 0; at < 25; at++) drain = afterFlush(drain, flush({ name: `f${at}`, jobs: 1 }));
    expect(drain.flushed).toBe(25);
    expect(drain.counted).toEqual(Array.from({ length: 10 }, (_, at) => `f${at + 15}`));
  });
});
