import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { memoryDeployment } from '../support/memory-deployment.ts';

const refusal = async (change: object, item: unknown = { id: 1 }) => {
  const { deployment, store } = memoryDeployment();
  const options = { name: 'asking', maxSize: 10, maxWaitMs: 1_000, handler: () => {}, ...change };
  const definition: Definition = batch<unknown>(options as BatchOptions<unknown>);
  const error: unknown = await deployment.add(definition, [item]).catch((thrown: unknown) => thrown);
  expect(store.allHeads().size).toBe(0);
  return error;
};

const throws = () => {
  throw Object.create(null);
};
const rejects = async () => {
  throw new Error('nobody waits for this');
};
const groupBy = () => 'g';
const schemaThat = (validate: () => unknown) => ({ '~standard': { version: 1, vendor: 'test', validate } });

describe('an add is refused, and nothing is stored, when', () => {
  test.each<[string, object, string, string]>([
    ['urgent is async', { urgent: async () => false }, 'urgent_invalid', 'urgent returned a promise'],
    [
      'urgent gives a promise that rejects',
      { urgent: rejects },
      'urgent_invalid',
      'urgent returned a promise',
    ],
    ['urgent gives a text', { urgent: () => 'no' }, 'urgent_invalid', 'true or false; it returned a string'],
    ['urgent gives null', { urgent: () => null }, 'urgent_invalid', 'true or false; it returned null'],
    ['urgent throws what is no error', { urgent: throws }, 'urgent_invalid', 'urgent threw: a thrown object'],
    ['groupBy is async', { groupBy: async () => 'g' }, 'group_key_invalid', 'groupBy returned a promise'],
    [
      'groupBy gives an object',
      { groupBy: () => ({}) },
      'group_key_invalid',
      'a string; it returned an object',
    ],
    [
      'groupBy gives an array',
      { groupBy: () => ['g'] },
      'group_key_invalid',
      'a string; it returned an array',
    ],
    [
      'deduplicateBy is async',
      { deduplicateBy: rejects },
      'dedup_key_invalid',
      'deduplicateBy returned a promise',
    ],
    [
      'deduplicateBy gives nothing',
      { deduplicateBy: () => {} },
      'dedup_key_invalid',
      'it returned undefined',
    ],
    ['limits is async', { groupBy, limits: rejects }, 'limits_invalid', 'limits gave a promise'],
    ['limits gives an array', { groupBy, limits: () => [] }, 'limits_invalid', 'limits gave an array'],
    ['limits gives a number', { groupBy, limits: () => 5 }, 'limits_invalid', 'limits gave a number'],
    [
      'limits misspells a field',
      { groupBy, limits: () => ({ maxsize: 5 }) },
      'limits_invalid',
      'limits gave "maxsize", which is no limit; it may give maxSize and maxWaitMs',
    ],
    [
      'limits gives a size as text',
      { groupBy, limits: () => ({ maxSize: '5' }) },
      'limits_invalid',
      'maxSize 5, which has',
    ],
    [
      'limits gives a wait of NaN',
      { groupBy, limits: () => ({ maxWaitMs: Number.NaN }) },
      'limits_invalid',
      'NaN',
    ],
    [
      'limits gives a size of none',
      { groupBy, limits: () => ({ maxSize: 0 }) },
      'limits_invalid',
      'maxSize 0, which has to be an integer from 1 to 10000',
    ],
    [
      'limits gives half a size',
      { groupBy, limits: () => ({ maxSize: 2.5 }) },
      'limits_invalid',
      'maxSize 2.5',
    ],
    [
      'limits gives a wait of more than a day',
      { groupBy, limits: () => ({ maxWaitMs: 86_400_001 }) },
      'limits_invalid',
      'maxWaitMs 86400001, which has to be an integer from 1 to 86400000',
    ],
    ['limits throws what is no error', { groupBy, limits: throws }, 'limits_invalid', 'a thrown object'],
    [
      'schema gives nothing',
      { schema: schemaThat(() => undefined) },
      'item_refused',
      'its schema gave undefined',
    ],
    ['schema gives null', { schema: schemaThat(() => null) }, 'item_refused', 'its schema gave null'],
    [
      'schema gives a value that is no result',
      { schema: schemaThat(() => ({ ok: 1 })) },
      'item_refused',
      'an object',
    ],
    [
      'schema gives issues that are none',
      { schema: schemaThat(() => ({ issues: 5 })) },
      'item_refused',
      'no reason',
    ],
    [
      'schema gives an issue without a text',
      { schema: schemaThat(() => ({ issues: [null] })) },
      'item_refused',
      'null',
    ],
    [
      'schema gives a value of undefined',
      { schema: schemaThat(() => ({ value: undefined })) },
      'item_not_json',
      'undefined',
    ],
    [
      'schema rejects with what is no error',
      { schema: schemaThat(async () => throws()) },
      'item_refused',
      'a thrown object',
    ],
  ])('%s', async (_, change, code, message) => {
    expect(await refusal(change)).toMatchObject({
      code: `batch.${code}`,
      message: expect.stringContaining(message),
      details: { batch: 'asking', index: 0 },
    });
  });

  test('urgent may say nothing of an item, which is then not urgent', async () => {
    const { deployment, store } = memoryDeployment();
    const quiet = batch<{ urgent?: boolean }>({
      name: 'quiet',
      maxSize: 10,
      maxWaitMs: 60_000,
      urgent: item => item.urgent as boolean,
      handler: () => {},
    });
    await deployment.add(quiet as unknown as Definition, [{}]);
    expect([...store.allHeads().values()]).toMatchObject([{ next: 1, pending: [] }]);
  });
});

test('limits are asked once for each group of an add, and what they gave then holds, whatever they would say later', async () => {
  const { deployment, store } = memoryDeployment();
  let asked = 0;
  const limited = batch<string>({
    name: 'limited',
    maxSize: 10,
    maxWaitMs: 60_000,
    groupBy: item => item,
    limits: () => {
      if (asked++ > 0) throw new Error('asked again');
      return { maxSize: 3 };
    },
    handler: () => {},
  });
  await deployment.add(limited as unknown as Definition, ['a', 'a']);
  expect(asked).toBe(1);
  expect([...store.allHeads().values()]).toMatchObject([{ open: { cap: 3 } }]);
});
