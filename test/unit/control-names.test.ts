import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import fc from 'fast-check';
import { anyText } from '../support/any-text.ts';
import { MemoryWork } from '../support/memory-work.ts';
import { NAMES, STRANGE_GROUPS } from '../support/strange-groups.ts';

interface Item {
  readonly id: string;
  readonly group: string;
  readonly fail?: boolean;
}

const ACTIONS = ['pause', 'flush', 'flush group', 'drain', 'redriveAll', 'resume'] as const;

/** Batches with names alike, and what each of their handlers has seen. */
function stage(names: readonly string[]) {
  const seen = new Map<string, string[]>(names.map(name => [name, []]));
  const definitions = names.map(name =>
    batch<Item>({
      name,
      maxSize: 3,
      maxWaitMs: 3_600_000,
      groupBy: ({ group }) => group,
      handler: ({ batch: items, groupKey }) => {
        for (const { id, group, fail } of items) {
          if (group !== groupKey) throw new Error(`an item of ${group} came as one of ${groupKey}`);
          if (fail) throw new Error('as told');
          seen.get(name)?.push(id);
        }
      },
    }),
  );
  const work = new MemoryWork(definitions);
  const of = (name: string) => work.of<Item>(definitions.find(each => each.name === name) ?? {});
  const add = (name: string, items: readonly Item[]) =>
    work.add(definitions.find(each => each.name === name) ?? {}, items);
  /** All that can be seen of a batch. */
  const look = async (name: string) => {
    const { buffers, ...status } = await of(name).status();
    const { asOf: _, ...figures } = buffers;
    const { jobs } = await of(name).getJobs({ limit: 500 });
    return { status, figures, jobs, size: await of(name).getBufferSize(), seen: [...(seen.get(name) ?? [])] };
  };
  return { work, of, add, look, seen };
}

const group = fc.oneof(
  fc.constantFrom(...STRANGE_GROUPS),
  anyText({ maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('|', ':', '"', '\\', '\n', '\0', 'a', '\ud800', '😀'), maxLength: 6 }),
);

describe('whatever is done to one batch', () => {
  test('leaves all others alone, however alike their names, and whatever their groups hold', async () => {
    const scenario = fc.record({
      one: fc.constantFrom(...NAMES),
      groups: fc.uniqueArray(group, { minLength: 1, maxLength: 5 }),
      actions: fc.array(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ one, groups, actions }) => {
        const { work, of, add, look } = stage(NAMES);
        for (const name of NAMES) {
          for (const [at, key] of groups.entries()) {
            await add(name, [{ id: `${at}`, group: key, fail: true }]);
            await of(name).flush(key);
            await add(name, [{ id: `${at} open`, group: key }]);
          }
        }
        await work.runJobs();
        const others = NAMES.filter(name => name !== one);
        const before = await Promise.all(others.map(look));
        for (const action of actions) {
          if (action === 'flush') await of(one).flush(undefined, { force: true });
          else if (action === 'flush group') await of(one).flush(groups[0], { force: true });
          else if (action === 'drain') await work.during(of(one).drain({ timeoutMs: 4_000 }));
          else await of(one)[action]();
          work.memory.clock.advance(1_001);
          await work.runJobs();
        }
        expect(await Promise.all(others.map(look))).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });

  test('is of its groups alone: a flush, a size and a list of jobs know each from all others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(group, { minLength: 2, maxLength: 8 }), async groups => {
        const { work, of, add, seen } = stage(['a']);
        await add(
          'a',
          groups.flatMap((key, at) =>
            Array.from({ length: (at % 2) + 1 }, (_, i) => ({ id: `${at} ${i}`, group: key })),
          ),
        );
        for (const [at, key] of groups.entries()) {
          expect(await of('a').getBufferSize(key)).toBe((at % 2) + 1);
          const flushed = await of('a').flush(key);
          expect(flushed).toEqual([{ job: expect.any(String), group: key, items: (at % 2) + 1 }]);
          const { jobs } = await of('a').getJobs({ group: key });
          expect(jobs.map(({ id }) => id)).toEqual([flushed[0]?.job]);
        }
        await work.runJobs();
        expect(seen.get('a')?.sort()).toEqual(
          groups.flatMap((_, at) => Array.from({ length: (at % 2) + 1 }, (__, i) => `${at} ${i}`)).sort(),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('its jobs are not known to another: not to be seen there, redriven, purged or looked into', async () => {
    const { work, of, add } = stage(['a', 'a:b']);
    const [receipt] = await add('a', [{ id: '1', group: '', fail: true }]);
    await of('a').flush();
    await work.runJobs();
    const { job = '' } = receipt ?? {};
    const other = of('a:b');
    expect(await other.getJob(job)).toBeUndefined();
    await expect(other.getJobItems(job)).rejects.toMatchObject({ code: 'job.unknown' });
    await expect(other.redrive(job)).rejects.toMatchObject({ code: 'job.unknown' });
    await expect(other.purge(job)).rejects.toMatchObject({ code: 'job.unknown' });
    expect(await other.redriveAll()).toBe(0);
    expect(await of('a').getJob(job)).toMatchObject({ status: 'failed', redrives: 0 });
  });
});
