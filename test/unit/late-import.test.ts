import { expect, test } from '@jest/globals';
import { loadedOnce } from '#lib/late-import';

test('something is loaded once, also where two callers need it at the same time', async () => {
  let loads = 0;
  const get = loadedOnce(async () => {
    loads += 1;
    return { loads };
  });
  expect(loads).toBe(0);
  const [one, other] = await Promise.all([get(), get()]);
  expect(one).toBe(other);
  expect(await get()).toEqual({ loads: 1 });
});

test('a failed load is tried again by the next caller', async () => {
  let loads = 0;
  const get = loadedOnce(async () => {
    loads += 1;
    if (loads === 1) throw new Error('too many open files');
    return loads;
  });
  await expect(get()).rejects.toThrow('too many open files');
  expect(await get()).toBe(2);
});

test('one load begins when the one before has ended, also where that one fails', async () => {
  const told: string[] = [];
  const slow = loadedOnce(async () => {
    told.push('the first begins');
    await new Promise(setImmediate);
    told.push('the first ends');
    throw new Error('there is no such module');
  });
  const quick = loadedOnce(async () => {
    told.push('the second begins');
  });
  await Promise.allSettled([slow(), quick()]);
  expect(told).toEqual(['the first begins', 'the first ends', 'the second begins']);
});
