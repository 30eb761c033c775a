import { runInNewContext } from 'node:vm';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { type BatchOptions, batch, ItemError } from 'cistern';
import fc from 'fast-check';
import { toChunk } from '#lib/buffer/chunks';
import { readWindow } from '#lib/buffer/read';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { memoryDeployment } from '../support/memory-deployment.ts';

const define = (change: Partial<BatchOptions<unknown>> = {}): Definition =>
  batch<unknown>({ name: 'items', maxSize: 1_000, maxWaitMs: 1_000, handler: () => {}, ...change });

/** A JSON string that takes so many bytes. */
const text = (bytes: number): string => 'x'.repeat(bytes - 2);

function endless(): unknown {
  const item: Record<string, unknown> = {};
  item['self'] = item;
  return item;
}

class Mapping extends Map {}
class Failure extends Error {
  readonly code = 5;
}
class Secret {
  readonly #content = 1;
  get content() {
    return this.#content;
  }
}
/** Objects whose content JSON does not see. */
const HOLDERS: readonly object[] = [
  new Map([[1, 2]]),
  new Mapping(),
  new Set([1]),
  new WeakMap(),
  new WeakSet(),
  new WeakRef({}),
  Promise.resolve(1),
  /x/,
  new Error('lost'),
  new Failure('lost'),
  runInNewContext('new TypeError("of another realm")') as object,
  new ArrayBuffer(1),
  new SharedArrayBuffer(1),
  new DataView(new ArrayBuffer(1)),
  new Uint8Array([1]),
  new Float64Array([1]),
  new URLSearchParams('a=1'),
  new Headers({ a: '1' }),
  new FormData(),
  new Blob(['a']),
  [1].values(),
  (function* () {
    yield 1;
  })(),
  Object(Symbol('s')) as object,
  new Secret(),
  Object.create({ inherited: 1 }) as object,
];

/** What JSON makes null of, each in a box of its own. */
const LOST: readonly [string, unknown][] = [
  ['a date that is none', new Date('garbage')],
  ['a date of another realm that is none', runInNewContext('new Date(NaN)')],
  ['a library’s date that is none', { valueOf: () => Number.NaN, toJSON: () => null }],
  ['a boxed NaN', new Number(Number.NaN)],
  ['a boxed Infinity', Object(Number.POSITIVE_INFINITY)],
  ['Infinity out of a toJSON', { toJSON: () => ({ deep: [Number.POSITIVE_INFINITY] }) }],
  ['a gap in an array', new Array(2)],
  ['a boxed bigint', Object(1n)],
  ['a function in an array', [() => {}]],
  ['a toJSON that throws no error', { toJSON: throwNothing }],
  ['a getter that throws', Object.defineProperty({}, 'x', { enumerable: true, get: throwNothing })],
];

function throwNothing(): never {
  throw Object.create(null);
}

describe('an item that cannot be taken', () => {
  test.each<[string, string, unknown, Partial<BatchOptions<unknown>>]>([
    ['NaN', 'batch.item_not_json', { a: [1, Number.NaN] }, {}],
    ['Infinity', 'batch.item_not_json', Number.NEGATIVE_INFINITY, {}],
    ['a bigint', 'batch.item_not_json', { n: 1n }, {}],
    ['undefined', 'batch.item_not_json', undefined, {}],
    ['undefined in an array', 'batch.item_not_json', [undefined], {}],
    ['a function', 'batch.item_not_json', () => {}, {}],
    ['a symbol', 'batch.item_not_json', { s: Symbol('s') }, {}],
    ...HOLDERS.map((value): [string, string, unknown, Partial<BatchOptions<unknown>>] => [
      Object.prototype.toString.call(value),
      'batch.item_not_json',
      { deep: [value] },
      {},
    ]),
    ...LOST.map(([what, value]): [string, string, unknown, Partial<BatchOptions<unknown>>] => [
      what,
      'batch.item_not_json',
      { deep: { value } },
      {},
    ]),
    ['a circle', 'batch.item_not_json', endless(), {}],
    ['over the limit', 'batch.item_too_large', text(400_001), {}],
    ['over the limit in UTF-8', 'batch.item_too_large', 'ä'.repeat(200_000), {}],
    ['over maxBytes', 'batch.item_too_large', text(101), { maxBytes: 100 }],
    ['a group that is no string', 'batch.group_key_invalid', 5, { groupBy: item => item as string }],
    ['a group that is too long', 'batch.group_key_invalid', 5, { groupBy: () => 'ä'.repeat(512) }],
    [
      'a group that throws',
      'batch.group_key_invalid',
      5,
      {
        groupBy: () => {
          throw new Error('no group');
        },
      },
    ],
    [
      'a dedup key that is no string',
      'batch.dedup_key_invalid',
      null,
      { deduplicateBy: item => item as string },
    ],
    [
      'a dedup key that is too long',
      'batch.dedup_key_invalid',
      5,
      { deduplicateBy: () => 'x'.repeat(100_000) },
    ],
  ])('%s: %s, naming its place, and AWS is asked for nothing', async (_, code, item, change) => {
    const [dynamodb, sqs] = [new DynamoDBClient({}), new SQSClient({})];
    const [table, queues] = [mockClient(dynamodb), mockClient(sqs)];
    const deployment = new Deployment(
      { deployment: 'mocked', queueUrlBase: 'https://sqs.example.com/1/' },
      { clients: { dynamodb, sqs } },
    );
    const error = await deployment.add(define(change), change.groupBy ? [item] : [item]).catch(e => e);
    expect(error).toBeInstanceOf(ItemError);
    expect(error).toMatchObject({ code, details: { batch: 'items', index: 0 } });
    expect([table.calls().length, queues.calls().length]).toEqual([0, 0]);
  });

  test('at the end of a bulk keeps all of the bulk from being stored', async () => {
    const { deployment, store } = memoryDeployment();
    const error = await deployment.add(define(), [1, 2, Number.NaN]).catch(e => e);
    expect(error).toMatchObject({ code: 'batch.item_not_json', details: { index: 2 } });
    expect(store.allHeads().size).toBe(0);
  });

  test('is no item at all where a bulk is no array', async () => {
    const { deployment } = memoryDeployment();
    await expect(deployment.add(define(), 'abc' as never)).rejects.toMatchObject({
      code: 'batch.bulk_invalid',
    });
  });
});

describe('items that can be taken', () => {
  test('go up to the limit', async () => {
    const { deployment } = memoryDeployment();
    expect(await deployment.add(define(), [text(400_000)])).toHaveLength(1);
    expect(await deployment.add(define({ maxBytes: 100, name: 'b' }), [text(100)])).toHaveLength(1);
  });

  test('come out as they went in, in their order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }), { minLength: 1, maxLength: 20 }),
        async items => {
          const { deployment } = memoryDeployment();
          const receipts = await deployment.add(define(), items);
          const job = receipts[0]?.job ?? '';
          expect(receipts.map(({ slot }) => slot)).toEqual(items.map((_, i) => i));
          const { items: out } = await readWindow(deployment.services, job, items.length);
          expect(JSON.stringify(out)).toBe(JSON.stringify(items));
        },
      ),
    );
  });

  test('keep what JSON allows and JavaScript makes special', async () => {
    const { deployment } = memoryDeployment();
    const item = JSON.parse('{"__proto__":{"x":1},"constructor":null,"toString":"\\ud800"}');
    const [receipt] = await deployment.add(define(), [item]);
    const { items } = await readWindow(deployment.services, receipt?.job ?? '', 1);
    expect(JSON.stringify(items)).toBe(JSON.stringify([item]));
  });

  test('come out once for each key that they were added with, the first, wherever copies are stored', async () => {
    const copies = fc.record({ id: fc.nat(9), keyed: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(copies, { minLength: 1, maxLength: 4 }), { minLength: 1 }),
        async chunks => {
          const { services } = memoryDeployment().deployment;
          let slot = 0;
          for (const part of chunks) {
            const items = part.map((item, index) => {
              const json = JSON.stringify({ ...item, slot: slot + index });
              return { index, json, bytes: json.length, ...(part[0]?.keyed && { key: `${item.id}` }) };
            });
            await services.store.windows.putChunk('job', toChunk({ window: 0, slot, items }));
            slot += part.length;
          }
          const all = chunks.flatMap(part => part.map(({ id }) => ({ id, keyed: part[0]?.keyed === true })));
          const isFirst = ({ id }: { id: number }, at: number) =>
            all.findIndex(other => other.keyed && other.id === id) === at;
          const first = all.flatMap((item, at) => (!item.keyed || isFirst(item, at) ? [at] : []));
          const { items: out } = await readWindow(services, 'job', slot);
          expect(out.map(item => (item as { slot: number }).slot)).toEqual(first);
        },
      ),
    );
  });

  test('may be of any class: their own enumerable properties are kept, or what toJSON says', async () => {
    class Point {
      readonly x = 1;
      readonly of?: Point;
      readonly #hidden = 2;
      get sum() {
        return this.x + this.#hidden;
      }
      constructor(of?: Point) {
        if (of) this.of = of;
      }
    }
    const { deployment } = memoryDeployment();
    const given = [
      new Point(new Point()),
      Object.assign(Object.create(null), { a: 1 }),
      Object.assign([1], { extra: 2 }),
      { [Symbol('s')]: 1, at: new Date(0), bytes: Buffer.from('a'), url: new URL('https://example.com/') },
      [new String('s'), new Number(5), new Boolean(false)],
      runInNewContext('({ a: [1, { b: null }] })'),
    ];
    const [receipt] = await deployment.add(define(), given);
    const { items } = await readWindow(deployment.services, receipt?.job ?? '', given.length);
    expect(JSON.stringify(items)).toBe(
      JSON.stringify([
        { x: 1, of: { x: 1 } },
        { a: 1 },
        [1],
        {
          at: '1970-01-01T00:00:00.000Z',
          bytes: { type: 'Buffer', data: [97] },
          url: 'https://example.com/',
        },
        ['s', 5, false],
        { a: [1, { b: null }] },
      ]),
    );
  });

  test('are a valid date, as its ISO text, and −0, as 0', async () => {
    const { deployment } = memoryDeployment();
    const [receipt] = await deployment.add(define(), [{ at: new Date(0), zero: -0 }]);
    const { items } = await readWindow(deployment.services, receipt?.job ?? '', 1);
    expect(items).toEqual([{ at: '1970-01-01T00:00:00.000Z', zero: 0 }]);
  });

  test('are stored as the schema made them', async () => {
    const { deployment } = memoryDeployment();
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: { was: value } }) },
    } as const;
    const [receipt] = await deployment.add(define({ schema }), [7]);
    const { items } = await readWindow(deployment.services, receipt?.job ?? '', 1);
    expect(items).toEqual([{ was: 7 }]);
  });
});
