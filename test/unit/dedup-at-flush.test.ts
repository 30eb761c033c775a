import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch, type DedupKeep } from 'cistern';
import fc from 'fast-check';
import { type SettledItem, settleKeys } from '#lib/buffer/settle-keys';
import type { Definition } from '#lib/definition/options';
import { hashKey, keyToken } from '#lib/hashing/key-hash';
import { lookAtWindow } from '#lib/jobs/look-at-window';
import { runJob } from '#lib/jobs/run';
import type { Chunk } from '#lib/store/slot-record';
import { MemoryWork } from '../support/memory-work.ts';
import { stillClock } from '../support/still-clock.ts';

interface Price {
  readonly sku: string;
  readonly at: number;
}
const price = (text: string): Price => ({ sku: text.slice(0, 1), at: Number(text.slice(1)) });
const textOf = ({ sku, at }: Price): string => `${sku}${at}`;
const key = ({ sku }: Price): string => sku;

function stage(keep: DedupKeep, change: Partial<BatchOptions<Price>> = {}) {
  const seen: string[] = [];
  let failures = 0;
  const define = (options: Partial<BatchOptions<Price>>) =>
    batch<Price>({
      name: 'prices',
      maxSize: 10,
      maxWaitMs: 60_000,
      retries: { max: 5, strategy: 'fixed', baseDelay: 0 },
      deduplicateBy: { key, at: 'flush', keep },
      ...change,
      ...options,
      handler: ({ batch: prices }) => {
        seen.push(prices.map(textOf).join(' '));
        if (failures-- > 0) throw new Error('once more');
      },
    });
  const definition = define({});
  const work = new MemoryWork([definition], {}, stillClock());
  return {
    definition,
    define,
    work,
    seen,
    fail: (times: number) => {
      failures = times;
    },
    add: (...texts: readonly string[]) => work.add(definition, texts.map(price)),
    flush: async () => {
      await work.of(definition).flush();
      await work.runJobs();
    },
  };
}

describe.each([true, false])('duplicates that are decided at the flush, with persist: %p', persist => {
  test.each([
    ['first', 'a1 b2 c5'],
    ['last', 'b4 a6 c5'],
  ] as const)('keep the %s of each key, in the order of the slots', async (keep, batchOf) => {
    const { add, flush, seen } = stage(keep, { persist });
    for (const text of ['a1', 'b2', 'a3', 'b4']) await add(text);
    await add('c5', 'a6');
    await flush();
    expect(seen).toEqual([keep === 'last' ? 'b4 c5 a6' : batchOf]);
  });

  test('say so in their receipts, and take slots', async () => {
    const { add, flush, seen } = stage('last', { persist, maxSize: 3 });
    const receipts = await add('a1', 'a2', 'a3', 'a4');
    expect(receipts.map(({ job: _, ...receipt }) => receipt)).toEqual(
      [0, 1, 2, 0].map(slot => ({ slot, duplicate: false, decided: 'at flush' })),
    );
    await flush();
    expect([...seen].sort()).toEqual(['a3', 'a4']);
  });
});

describe('a batch whose duplicates are decided at the flush', () => {
  test('costs two writes an item: no key is marked', async () => {
    const { add, work } = stage('last');
    await add('a1');
    const marked: unknown[] = [];
    const { dedupKeys } = work.memory.store;
    dedupKeys.putKey = async (...given) => {
      marked.push(given);
      throw new Error('no key may be marked');
    };
    await add('a2', 'b3');
    expect(marked).toEqual([]);
  });

  test.each<[string, Partial<BatchOptions<Price>>]>([
    ['the other item of a key', { deduplicateBy: { key, at: 'flush', keep: 'first' } }],
    ['duplicates dropped at their add', { deduplicateBy: key }],
    ['another key', { deduplicateBy: { key: textOf, at: 'flush', keep: 'last' } }],
    ['no keys', { deduplicateBy: undefined as never }],
  ])('is the same in each attempt, also where the definition comes to say %s', async (_, options) => {
    const { add, work, seen, define, definition, fail } = stage('last');
    await add('a1', 'b2', 'a3');
    fail(1);
    await work.of(definition).flush();
    await work.runJobs();
    const changed = define(options) as unknown as Definition;
    const { queues, deployment } = work.memory;
    const services = { ...deployment.services, definitionOf: () => changed };
    for (const { message } of queues.jobs.splice(0)) {
      await runJob(services, changed, { message, receiptHandle: '' });
    }
    expect(seen).toEqual(['b2 a3', 'b2 a3']);
  });

  test('counts and lists the items that are in it, and shows what became of each slot', async () => {
    const { add, flush, work, definition } = stage('last');
    const [receipt] = await add('a1', 'b2', 'a3');
    const id = receipt?.job ?? '';
    const slots = async () =>
      (await lookAtWindow(work.memory.deployment.services, id)).slots.map(
        ({ item, state = 'undecided' }) => `${textOf(item as Price)} ${state}`,
      );
    expect(await slots()).toEqual(['a1 undecided', 'b2 undecided', 'a3 undecided']);
    await flush();
    expect(await slots()).toEqual(['a1 duplicate', 'b2 done', 'a3 done']);
    const operations = work.of<Price>(definition);
    expect((await operations.getJob(id))?.counts).toEqual({ slots: 3, items: 2, left: 0, done: 2 });
    expect((await operations.getJobItems(id)).map(({ index, item }) => `${index} ${textOf(item)}`)).toEqual([
      '0 b2',
      '1 a3',
    ]);
  });

  test('that was gathered in memory keeps its slots when it is stored', async () => {
    const { add, work, definition, fail, seen } = stage('last', { persist: false, retries: { max: 0 } });
    const receipts = await add('a1', 'b2', 'a3', 'c4');
    fail(1);
    await work.of(definition).flush();
    await work.runJobs();
    await work.of(definition).redrive(receipts[0]?.job ?? '');
    const { slots } = await lookAtWindow(work.memory.deployment.services, receipts[0]?.job ?? '');
    expect(
      slots.map(({ holds, item, state }) => `${holds} ${item ? textOf(item as Price) : '-'} ${state}`),
    ).toEqual(['empty - duplicate', 'item b2 pending', 'item a3 pending', 'item c4 pending']);
    await work.runJobs();
    expect(seen).toEqual(['b2 a3 c4', 'b2 a3 c4']);
  });

  test('holds keys of any length apart, also one that looks like another’s hash', async () => {
    const long = 'x'.repeat(1_000);
    const keys = [long, hashKey(long), `h${hashKey(long)}`, `k${long}`, `${long}x`, '', '\n', 'k', 'h'];
    const definition = batch<{ readonly key: string }>({
      name: 'strange',
      maxSize: 100,
      maxWaitMs: 60_000,
      deduplicateBy: { key: item => item.key, at: 'flush', keep: 'first' },
      handler: ({ batchSize }) => void sizes.push(batchSize),
    });
    const sizes: number[] = [];
    const work = new MemoryWork([definition], {}, stillClock());
    await work.add(
      definition,
      [...keys, ...keys].map(each => ({ key: each })),
    );
    await work.of(definition).flush();
    await work.runJobs();
    expect(sizes).toEqual([keys.length]);
  });
});

describe('of the items of a window with one key', () => {
  type Rule = DedupKeep | 'certain' | 'none';
  const chunkOf = (items: readonly { readonly key: string; readonly rule: Rule }[]): Chunk[] =>
    items.map(({ key: name, rule }, slot) => ({
      kind: 'chunk',
      slot,
      slots: 1,
      holes: [],
      items: JSON.stringify([slot]),
      ...(rule === 'certain' && { keys: [hashKey(name)] }),
      ...((rule === 'first' || rule === 'last') && { keys: [keyToken(name)], keep: rule }),
    }));
  const window = (...rules: readonly Rule[]) =>
    fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), rule: fc.constantFrom(...rules) }), {
      maxLength: 12,
    });
  const keptOf = (settled: readonly SettledItem[]) =>
    settled.filter(({ isKept }) => isKept).map(({ slot }) => slot);

  test('exactly one is in the batch, whatever definitions have added them', () => {
    fc.assert(
      fc.property(window('first', 'last', 'certain'), items => {
        const kept = keptOf(settleKeys(chunkOf(items))).map(slot => items[slot]?.key);
        expect([...kept].sort()).toEqual([...new Set(items.map(({ key: name }) => name))].sort());
      }),
    );
  });

  test('it is the first or the last where all were added by one rule', () => {
    for (const rule of ['first', 'last'] as const) {
      fc.assert(
        fc.property(window(rule), items => {
          const names = items.map(({ key: name }) => name);
          const wanted = names.map(name =>
            rule === 'first' ? names.indexOf(name) : names.lastIndexOf(name),
          );
          expect(keptOf(settleKeys(chunkOf(items)))).toEqual([...new Set(wanted)].sort((a, b) => a - b));
        }),
      );
    }
  });

  test('one that was acknowledged for certain is never dropped, and neither is one without a key', () => {
    fc.assert(
      fc.property(window('first', 'last', 'certain', 'none'), items => {
        const kept = keptOf(settleKeys(chunkOf(items)));
        const firsts = items.flatMap(({ key: name, rule }, slot) => {
          const isFirst = items.findIndex(each => each.key === name && each.rule === 'certain') === slot;
          return rule === 'none' || isFirst ? [slot] : [];
        });
        expect(kept).toEqual(expect.arrayContaining(firsts));
      }),
    );
  });
});
