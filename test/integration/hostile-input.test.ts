import { describe, expect, test } from '@jest/globals';
import { type BatchContext, batch } from 'cistern';
import { nested } from '../support/nested.ts';
import { until } from '../support/until.ts';
import { useLocal } from '../support/use-local.ts';

type Thing = Readonly<Record<string, unknown>>;
type Body = NonNullable<RequestInit['body']>;

const runs: {
  readonly batch: string;
  readonly group: string | undefined;
  readonly items: readonly unknown[];
}[] = [];
const define = (name: string, keys: object = {}) =>
  batch<Thing>({
    name,
    maxSize: 1_000,
    maxWaitMs: 3_600_000,
    handler: ({ groupKey: group, batch: items }: BatchContext<Thing>) => {
      runs.push({ batch: name, group, items });
    },
    ...keys,
  });
const plain = define('plain');
const grouped = define('grouped', { groupBy: ({ g }: Thing) => g });
const keyed = define('keyed', { deduplicateBy: ({ k }: Thing) => k });
const lasting = define('lasting', { deduplicateBy: { key: ({ k }: Thing) => k, ttlMs: 3_600_000 } });
const definitions = [plain, grouped, keyed, lasting];

const JSON_TYPE = { 'content-type': 'application/json' };
/** So many bytes as JSON, with the quotes. */
const ofBytes = (bytes: number) => 'x'.repeat(bytes - 2);

/** Keys that have a meaning somewhere, or none as UTF-8. */
const STRANGE_KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '\0',
  '\u0000|head',
  '|',
  '\ud83d',
  '\ude00',
  '\ude00\ud83d',
  '\ufffd',
  '\u202Eevil\u202C',
  'سلام',
  '👩‍👩‍👧‍👦',
  'a/../b',
  '"',
  '\u001b[2J',
  ofBytes(1_024),
];

const local = useLocal({ batches: definitions });

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function send(path: string, body?: Body, headers: Record<string, string> = JSON_TYPE): Promise<Answer> {
  const response = await fetch(
    local().url + path,
    body === undefined ? {} : { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) },
  );
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
const add = (name: string, body: unknown) =>
  send(`/v1/batches/${name}/items`, typeof body === 'string' ? body : JSON.stringify(body));

/** How much is buffered, batch by batch. */
async function buffered(): Promise<number[]> {
  const { index, heads } = local().deployment.services.store;
  return Promise.all(
    definitions.map(async ({ name }) => {
      const open = await heads.readHeads(await index.buffersOf(name));
      return open.reduce((sum, { head }) => sum + head.next - head.base, 0);
    }),
  );
}

/** What its handler got of a batch since, in the order of the runs. */
async function flushed(of: typeof plain, wanted: number): Promise<typeof runs> {
  await of.flush();
  const here = () => runs.filter(({ batch: name }) => name === of.name);
  await until(`${wanted} batches of ${of.name} have run`, () => here().length >= wanted);
  return here();
}

describe('keys', () => {
  test('of groups may be whatever text there is: each is a group of its own', async () => {
    const items = STRANGE_KEYS.flatMap(g => [
      { g, n: 1 },
      { g, n: 2 },
    ]);
    expect(await add('grouped', { items })).toMatchObject({ status: 202, body: { accepted: items.length } });
    for (const g of STRANGE_KEYS.filter(key => !/\p{Cs}/u.test(key))) {
      expect([g, await send(`/v1/batches/grouped/buffer?group=${encodeURIComponent(g)}`)]).toEqual([
        g,
        { status: 200, body: { buffered: 2 } },
      ]);
    }
    const named = '\ude00';
    expect(await send('/v1/batches/grouped/flush', JSON.stringify({ group: named }))).toMatchObject({
      status: 200,
      body: { jobs: [{ group: named, items: 2 }] },
    });
    const all = await flushed(grouped, STRANGE_KEYS.length);
    expect(new Map(all.map(({ group, items: got }) => [group, got]))).toEqual(
      new Map(
        STRANGE_KEYS.map(g => [
          g,
          [
            { g, n: 1 },
            { g, n: 2 },
          ],
        ]),
      ),
    );
  });

  test.each([
    ['1,025 bytes', ofBytes(1_025)],
    ['10 KB', ofBytes(10_240)],
    ['1,000 bytes that are 6,000 as JSON', '\0'.repeat(1_000)],
  ])('of a group of %s are refused, and nothing of the bulk is stored', async (_, g) => {
    const before = await buffered();
    expect(await add('grouped', { items: [{ g: 'good' }, { g }] })).toMatchObject({
      status: 422,
      body: { code: 'batch.group_key_invalid', index: 1, limit: 1_024 },
    });
    expect(await buffered()).toEqual(before);
  });

  test.each([keyed, lasting])('of duplicates may be whatever text there is: $name', async of => {
    const keys = [...STRANGE_KEYS, ofBytes(10_240), ofBytes(100_000)];
    const items = keys.map(k => ({ k }));
    expect(await add(of.name, { items })).toMatchObject({
      status: 202,
      body: { accepted: keys.length, duplicates: 0 },
    });
    expect(await add(of.name, { items })).toMatchObject({
      status: 202,
      body: { accepted: 0, duplicates: keys.length },
    });
    expect(await flushed(of, 1)).toMatchObject([{ items }]);
  });

  test('of duplicates over 100,000 bytes are refused, and nothing of the bulk is stored', async () => {
    const before = await buffered();
    expect(await add('keyed', { items: [{ k: 'good' }, { k: ofBytes(100_001) }] })).toMatchObject({
      status: 422,
      body: { code: 'batch.dedup_key_invalid', index: 1 },
    });
    expect(await buffered()).toEqual(before);
  });

  test.each([5, null, { length: 1 }, ['__proto__']])('that are %j, and no text, are refused', async key => {
    expect(await add('grouped', { item: { g: key } })).toMatchObject({
      status: 422,
      body: { code: 'batch.group_key_invalid' },
    });
    expect(await add('keyed', { item: { k: key } })).toMatchObject({
      status: 422,
      body: { code: 'batch.dedup_key_invalid' },
    });
  });
});

test('items come out as they went in, whatever their fields are called, and change nothing on their way', async () => {
  const texts = [
    '{"__proto__":{"admin":true},"a":1}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '{"toJSON":"no function","then":"no promise"}',
    '{"":{"":[{"__proto__":[]}]}}',
    '{"a":"\\ud83d","b":"\\u0000","c":"\u2028\u202e"}',
    '[null,false,0,"",1e+21,-1.5e-7,9007199254740991,-9007199254740994,1764127828000000000]',
    nested(1_000),
    '"__proto__"',
  ];
  expect(await add('plain', `{"items":[${texts.join(',')}]}`)).toMatchObject({ status: 202 });
  const [run] = await flushed(plain, 1);
  expect(run?.items.map(item => JSON.stringify(item))).toEqual(texts);
  expect({}).not.toHaveProperty('admin');
});

describe('bodies that are refused, and of which nothing is stored', () => {
  const many = (count: number) => `{"items":[${Array.from({ length: count }, () => 0).join(',')}]}`;

  test.each<[string, Body, Record<string, string>, number, string]>([
    ['a depth bomb', `{"item":${nested(100_000)}}`, JSON_TYPE, 400, 'request.malformed'],
    [
      'a depth bomb of objects',
      `{"item":${'{"a":'.repeat(100_000)}0${'}'.repeat(100_000)}}`,
      JSON_TYPE,
      400,
      'request.malformed',
    ],
    ['2,000,000 brackets that never close', '['.repeat(2_000_000), JSON_TYPE, 400, 'request.malformed'],
    ['an item nested once too deep', `{"item":${nested(1_001)}}`, JSON_TYPE, 422, 'batch.item_not_json'],
    ['10 MB', `{"item":"${'x'.repeat(10_000_000)}"}`, JSON_TYPE, 413, 'request.too_large'],
    ['10,001 items', many(10_001), JSON_TYPE, 413, 'request.too_large'],
    ['1,900,000 items', many(1_900_000), JSON_TYPE, 413, 'request.too_large'],
    ['an item of 400,001 bytes', `{"item":"${'x'.repeat(399_999)}"}`, JSON_TYPE, 413, 'batch.item_too_large'],
    [
      'an integer that is kept by no double',
      '{"item":{"id":9007199254740993}}',
      JSON_TYPE,
      422,
      'request.number_changed',
    ],
    ['a number that is kept as infinity', '{"items":[0,-1e400]}', JSON_TYPE, 422, 'request.number_changed'],
    ['no type', new Blob(['{"item":1}']), {}, 415, 'request.unsupported_media_type'],
    ['text/plain', '{"item":1}', { 'content-type': 'text/plain' }, 415, 'request.unsupported_media_type'],
    [
      'a form',
      'item=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'request.unsupported_media_type',
    ],
    [
      'gzip',
      '{"item":1}',
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      415,
      'request.unsupported_media_type',
    ],
    ['br', '{"item":1}', { ...JSON_TYPE, 'content-encoding': 'br' }, 415, 'request.unsupported_media_type'],
    ['no UTF-8', Buffer.from('{"item":"\xff\xfe"}', 'latin1'), JSON_TYPE, 400, 'request.malformed'],
    ['UTF-16', Buffer.from('{"item":1}', 'utf16le'), JSON_TYPE, 400, 'request.malformed'],
    ['a field twice', '{"items":[1],"items":[2]}', JSON_TYPE, 400, 'request.malformed'],
    ['a field twice, once escaped', '{"item":1,"\\u0069tem":2}', JSON_TYPE, 400, 'request.malformed'],
    [
      '__proto__ beside the item',
      '{"item":1,"__proto__":{"items":[1]}}',
      JSON_TYPE,
      400,
      'request.malformed',
    ],
    ['both', '{"item":1,"items":[1]}', JSON_TYPE, 400, 'request.malformed'],
    ['an array-like', '{"items":{"length":1,"0":1}}', JSON_TYPE, 400, 'request.malformed'],
    ['more than one JSON', '{"item":1}{"item":2}', JSON_TYPE, 400, 'request.malformed'],
    ['NaN', '{"item":NaN}', JSON_TYPE, 400, 'request.malformed'],
    ['nothing', '', JSON_TYPE, 400, 'request.malformed'],
  ])('%s', async (_, body, headers, status, code) => {
    const before = await buffered();
    const answer = await send('/v1/batches/plain/items', body, headers);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(await buffered()).toEqual(before);
  });

  test.each(['__proto__', 'constructor', 'plain%00', 'PLAIN', '..%2fplain', 'x'.repeat(49)])(
    'to a batch called %s',
    async name => {
      const before = await buffered();
      expect(await add(name, { item: 1 })).toMatchObject({ status: 404, body: { code: 'batch.unknown' } });
      expect(await buffered()).toEqual(before);
    },
  );
});

test('10,000 items are a request, and each has its receipt', async () => {
  const { status, body } = await add('plain', { items: Array.from({ length: 10_000 }, (_, n) => ({ n })) });
  expect([status, body['accepted']]).toEqual([202, 10_000]);
  // Lambda answers with 6 MB, in which the body is a JSON string
  expect(JSON.stringify(JSON.stringify(body)).length).toBeLessThan(2_000_000);
});
