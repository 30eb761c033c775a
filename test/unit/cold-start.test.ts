import { expect, test } from '@jest/globals';
import { coldStart } from '../../local/event-sources/cold-start.ts';

test('a function is loaded with its first event, once', async () => {
  let loads = 0;
  const { handler } = coldStart(async () => {
    loads += 1;
    return (event: number) => event * 2;
  });
  expect(loads).toBe(0);
  expect(await Promise.all([handler(1), handler(2)])).toEqual([2, 4]);
  expect(await handler(3)).toBe(6);
  expect(loads).toBe(1);
});

test('a load that failed fails its event, and the next event tries again', async () => {
  let loads = 0;
  const { handler, loaded } = coldStart(async () => {
    loads += 1;
    if (loads === 1) throw new Error('too many open files');
    return () => 'done';
  });
  await expect(handler()).rejects.toThrow('too many open files');
  await loaded();
  expect(await handler()).toBe('done');
});

test('loaded() waits for the load that is under way', async () => {
  let resolve = (_: () => string) => {};
  const { handler, loaded } = coldStart(
    () =>
      new Promise<() => string>(done => {
        resolve = done;
      }),
  );
  await loaded();
  const answer = handler();
  let isLoaded = false;
  const waiting = loaded().then(() => {
    isLoaded = true;
  });
  await new Promise(setImmediate);
  expect(isLoaded).toBe(false);
  resolve(() => 'done');
  await waiting;
  expect(await answer).toBe('done');
});
