import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endWithin, planChunks } from '#lib/buffer/chunks';
import type { Item } from '#lib/buffer/items';
import { jobId } from '#lib/buffer/job-id';
import { fillsWindow, placementsOf, windowOfNextSlot } from '#lib/buffer/placement';
import { planSeal } from '#lib/buffer/seal-plan';
import { walk } from '#lib/buffer/walk';
import type { Head } from '#lib/store/head';
import type { SlotRecord } from '#lib/store/slot-record';
import { aHead, OPENED_AT } from '../support/a-head.ts';
import { anyText } from '../support/any-text.ts';

/** A head with `count` slots taken of its open window, or windows, of `cap`. */
const heads = fc
  .record({
    cap: fc.integer({ min: 1, max: 50 }),
    base: fc.nat(1_000),
    window: fc.nat(100),
    count: fc.integer({ min: 1, max: 500 }),
  })
  .map(({ cap, base, window, count }) => aHead({ base, window, next: base + count, open: { cap } }));

const capOf = ({ open }: Head): number => open?.cap ?? 0;
const countOf = ({ next, base }: Head): number => next - base;

/** The slots of a reservation's placements, one by one, as window and slot. */
const slotsOf = (at: Head, n: number): string[] =>
  placementsOf(at, n).flatMap(({ window, slot, count }) =>
    Array.from({ length: count }, (_, i) => `${window}/${slot + i}`),
  );

describe('slots', () => {
  test('a reservation of n gets n slots, all within their windows, in order', () => {
    fc.assert(
      fc.property(heads, fc.integer({ min: 1, max: 500 }), (before, n) => {
        const after = { ...before, next: before.next + n };
        const slots = slotsOf(after, n);
        expect(new Set(slots).size).toBe(n);
        for (const { slot, count } of placementsOf(after, n)) {
          expect(slot).toBeGreaterThanOrEqual(0);
          expect(slot + count).toBeLessThanOrEqual(capOf(after));
        }
        const places = placementsOf(after, n).map(({ window, slot }) => window * capOf(after) + slot);
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
    );
  });

  test('two reservations never share a slot, also when full windows were moved on in between', () => {
    fc.assert(
      fc.property(heads, fc.nat(200), fc.nat(200), fc.nat(), (before, m, n, seed) => {
        const first = { ...before, next: before.next + m };
        const cap = capOf(first);
        const most = Math.max(0, Math.ceil(countOf(first) / cap) - 1);
        const moved = most === 0 ? 0 : seed % (most + 1);
        const sealed = { ...first, base: first.base + moved * cap, window: first.window + moved };
        const second = { ...sealed, next: sealed.next + n };
        const slots = [...slotsOf(first, m), ...slotsOf(second, n)];
        expect(new Set(slots).size).toBe(m + n);
      }),
    );
  });

  test('the window of the next slot is where the next reservation begins', () => {
    fc.assert(
      fc.property(heads, at => {
        expect(placementsOf({ ...at, next: at.next + 1 }, 1)[0]?.window).toBe(windowOfNextSlot(at));
      }),
    );
  });

  test('of the reservations that fill a window up, exactly one fills it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 1, max: 9 })), (cap, sizes) => {
        let next = 0;
        let fillers = 0;
        for (const n of sizes) {
          next += n;
          const at = aHead({ next, open: { cap } });
          const last = placementsOf(at, n);
          fillers += last.filter(({ slot, count }) => slot + count === cap).length;
          expect(fillsWindow(at, last, 99)).toBe(last.some(({ slot, count }) => slot + count === cap));
        }
        expect(fillers).toBe(Math.floor(next / cap));
      }),
    );
  });
});

describe('seals', () => {
  test('case B takes whole windows and leaves at least a slot open; case A takes what fits into one window', () => {
    fc.assert(
      fc.property(heads, fc.boolean(), (at, due) => {
        const plan = planSeal(at, due ? OPENED_AT + 2_000 : OPENED_AT);
        const [count, cap] = [countOf(at), capOf(at)];
        if (count > cap) {
          expect(plan?.kind).toBe('full');
          const windows = plan?.kind === 'full' ? plan.windows : 0;
          expect(windows).toBeGreaterThanOrEqual(1);
          expect(windows * cap).toBeLessThan(count);
        } else if (count === cap) expect(plan).toEqual({ kind: 'open', reason: 'size' });
        else expect(plan).toEqual(due ? { kind: 'open', reason: 'time' } : undefined);
      }),
    );
  });

  test('sealing until there is nothing to seal leaves less than a window, and loses no slot', () => {
    fc.assert(
      fc.property(heads, start => {
        let at = start;
        let sealed = 0;
        for (let plan = planSeal(at, OPENED_AT); plan; plan = planSeal(at, OPENED_AT)) {
          const taken = plan.kind === 'full' ? plan.windows * capOf(at) : countOf(at);
          sealed += taken;
          at = { ...at, base: at.base + taken };
          if (plan.kind === 'open') at = { ...at, open: undefined };
        }
        expect(sealed + countOf(at)).toBe(countOf(start));
        expect(countOf(at)).toBeLessThan(capOf(start));
      }),
    );
  });

  test('a window that was opened with a greater maxSize counts as full at the one there is now', () => {
    expect(planSeal(aHead({ next: 4 }), OPENED_AT, { maxSize: 5 })).toBeUndefined();
    expect(planSeal(aHead({ next: 5 }), OPENED_AT, { maxSize: 5 })).toEqual({ kind: 'open', reason: 'size' });
    expect(planSeal(aHead({ next: 9 }), OPENED_AT, { maxSize: 50 })).toBeUndefined();
    expect(planSeal(aHead({ next: 25 }), OPENED_AT, { maxSize: 5 })).toMatchObject({
      kind: 'full',
      windows: 2,
      cap: 5,
    });
    expect(fillsWindow(aHead({ next: 5 }), [{ window: 0, slot: 3, count: 2 }], 5)).toBe(true);
    expect(fillsWindow(aHead({ next: 6 }), [{ window: 0, slot: 5, count: 1 }], 5)).toBe(false);
  });

  test('nothing is sealed of a buffer with nothing open', () => {
    expect(planSeal({ ...aHead({ next: 5 }), open: undefined }, OPENED_AT + 1e9)).toBeUndefined();
  });

  test('maxBytes seals what has come to it', () => {
    expect(planSeal(aHead({ next: 3, open: { bytes: 99 } }), OPENED_AT, { maxBytes: 100 })).toBeUndefined();
    expect(planSeal(aHead({ next: 3, open: { bytes: 100 } }), OPENED_AT, { maxBytes: 100 })).toEqual({
      kind: 'open',
      reason: 'bytes',
    });
  });
});

const items = (sizes: readonly number[]): Item[] =>
  sizes.map((bytes, index) => ({ index, bytes, json: '0' }));

describe('chunks', () => {
  test('cover each slot of the reservation once, in order, and none is too large for a record', () => {
    fc.assert(
      fc.property(
        heads,
        fc.array(fc.oneof(fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: 10_000, max: 14_000 })), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.boolean(),
        (before, sizes, keyed) => {
          const after = { ...before, next: before.next + sizes.length };
          const plans = planChunks(
            placementsOf(after, sizes.length),
            items(sizes).map(item => (keyed ? { ...item, key: '' } : item)),
          );
          expect(plans.flatMap(plan => plan.items.map(({ index }) => index))).toEqual(sizes.map((_, i) => i));
          expect(
            plans.flatMap(({ window, slot, items: held }) => held.map((_, i) => `${window}/${slot + i}`)),
          ).toEqual(slotsOf(after, sizes.length));
          for (const { items: held } of plans) {
            const body = held.reduce((sum, { bytes }) => sum + bytes + 1 + (keyed ? 32 : 0), 1);
            expect(held.length === 1 || body <= 400_001).toBe(true);
          }
        },
      ),
    );
  });

  test('a run within a limit is as long as it can be, and at least one item', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 }),
        fc.nat(300),
        (sizes, limit) => {
          const end = endWithin(items(sizes), 0, limit);
          const size = (n: number) => sizes.slice(0, n).reduce((sum, bytes) => sum + bytes + 1, 0);
          expect(end).toBeGreaterThanOrEqual(1);
          if (end > 1) expect(size(end)).toBeLessThanOrEqual(limit);
          if (end < sizes.length) expect(size(end + 1)).toBeGreaterThan(limit);
        },
      ),
    );
  });
});

describe('the walk over a window', () => {
  const records = fc
    .array(
      fc.record({
        kind: fc.constantFrom('chunk' as const, 'tombstone' as const),
        slot: fc.nat(30),
        slots: fc.integer({ min: 1, max: 6 }),
      }),
    )
    .map(
      list =>
        new Map<number, SlotRecord>(
          list.map(({ kind, slot, slots }) => [
            slot,
            kind === 'chunk' ? { kind, slot, slots, holes: [], items: '[]' } : { kind, slot, slots },
          ]),
        ),
    );

  test('takes each slot once: by a chunk, by a tombstone, or as a gap', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 30 }), (map, count) => {
        const { chunks, gaps } = walk(map, count);
        const covered = new Set<number>();
        for (const { slot, slots } of chunks) {
          for (let at = slot; at < slot + slots; at++) {
            expect(covered.has(at)).toBe(false);
            covered.add(at);
          }
        }
        for (const gap of gaps) {
          expect(map.has(gap)).toBe(false);
          expect(covered.has(gap)).toBe(false);
        }
      }),
    );
  });

  test('once it has no gaps, records that come later change nothing', () => {
    fc.assert(
      fc.property(records, records, fc.integer({ min: 1, max: 30 }), (map, later, count) => {
        const closed = new Map(map);
        for (const slot of walk(map, count).gaps) closed.set(slot, { kind: 'tombstone', slot, slots: 1 });
        const before = walk(closed, count);
        expect(before.gaps).toEqual([]);
        // a put succeeds only where nothing is
        const after = walk(new Map([...later, ...closed]), count);
        expect(after).toEqual(before);
      }),
    );
  });
});

describe('job ids', () => {
  const keys = fc.record({
    batch: fc.constantFrom('a', 'a:b', 'a.b'),
    group: fc.option(anyText(), { nil: undefined }),
    shard: fc.nat(3),
  });

  test('differ whenever anything that names the window differs, and never otherwise', () => {
    fc.assert(
      fc.property(
        fc.tuple(keys, fc.nat(5), fc.nat(3)),
        fc.tuple(keys, fc.nat(5), fc.nat(3)),
        ([a, w, e], [b, x, f]) => {
          const same =
            JSON.stringify([a.batch, a.group ?? null, a.shard, w, e]) ===
            JSON.stringify([b.batch, b.group ?? null, b.shard, x, f]);
          expect(jobId('d', a, `e${e}`, w) === jobId('d', b, `e${f}`, x)).toBe(same);
        },
      ),
    );
  });
});
