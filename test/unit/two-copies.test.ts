import { expect, jest, test } from '@jest/globals';

/** The package as a process loads it once more: as CommonJS beside ES modules. */
const load = async () => {
  jest.resetModules();
  return import('../../lib/index.ts');
};

test('a definition of one copy of the package adds to the deployment that another copy has configured', async () => {
  const [first, second] = [await load(), await load()];
  expect(first.batch).not.toBe(second.batch);
  const deployment = first.configure({ deployment: 'shop', queueUrlBase: 'http://127.0.0.1:1/queues/' });
  const added: unknown[] = [];
  jest.spyOn(deployment, 'add').mockImplementation(async (...given) => {
    added.push(given);
    return [{ job: 'a', slot: 0, duplicate: false }];
  });
  const orders = second.batch({ name: 'orders', maxSize: 1, maxWaitMs: 1_000, handler: () => {} });
  await expect(orders.add({ id: 1 })).resolves.toMatchObject({ job: 'a' });
  expect(added).toHaveLength(1);
  await second.close();
});

test('an error of one copy of the package is an instance of the same class of another copy, and of no other class', async () => {
  const [first, second] = [await load(), await load()];
  const error = new first.UnknownBatchError('orders', []);
  expect(error instanceof second.UnknownBatchError).toBe(true);
  expect(error instanceof second.CisternError).toBe(true);
  expect(error instanceof second.ItemError).toBe(false);
  expect(new Error('other') instanceof second.CisternError).toBe(false);
});
