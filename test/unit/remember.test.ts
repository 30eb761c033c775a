import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { operationsOf } from '#lib/batch-operations';
import type { Definition } from '#lib/definition/options';
import { cachedControls } from '#lib/deployment/cached-controls';
import { remembering } from '#lib/deployment/remember';
import { findJobs } from '#lib/jobs/find-jobs';
import { runJob } from '#lib/jobs/run';
import { memoryDeployment } from '../support/memory-deployment.ts';

/** A clock, and a question that is answered by how often it was asked. */
function asking() {
  let now = 1_000_000;
  let asked = 0;
  const clock = { now: () => now, advance: (ms: number) => (now += ms) };
  const remember = remembering(clock);
  const ask = (what = 'it', isKept?: (answer: number) => boolean) =>
    remember(what, 1_000, async () => ++asked, isKept);
  return { clock, remember, ask };
}

describe('what a process remembers', () => {
  test('is good for its time, and is asked for once by all who ask meanwhile', async () => {
    const { clock, ask } = asking();
    expect(await Promise.all([ask(), ask(), ask('other')])).toEqual([1, 1, 2]);
    clock.advance(999);
    expect(await ask()).toBe(1);
    clock.advance(1);
    expect(await ask()).toBe(3);
  });

  test('is asked for anew where its clock was put back', async () => {
    const { clock, ask } = asking();
    expect(await ask()).toBe(1);
    clock.advance(-40 * 86_400_000);
    expect(await ask()).toBe(2);
  });

  test('is no failure, and nothing that is not to be kept', async () => {
    const { remember, ask } = asking();
    await expect(remember('it', 1_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await ask('it', answer => answer > 1)).toBe(1);
    expect(await ask('it', answer => answer > 1)).toBe(2);
    expect(await ask('it')).toBe(2);
  });

  test('is at most 1,000 answers, of which the oldest go', async () => {
    const { ask } = asking();
    for (let n = 0; n < 1_001; n++) await ask(`${n}`);
    expect(await ask('1')).toBe(2);
    expect(await ask('0')).toBe(1_002);
  });
});

test('a pause is seen within a second, also by a process whose clock was months ahead', async () => {
  const { store } = memoryDeployment();
  let now = Date.now() + 40 * 86_400_000;
  const { controlOf } = cachedControls(store.controls, { now: () => now } as never);
  expect(await controlOf('b')).toMatchObject({ paused: false });
  now = Date.now();
  await store.controls.changeControl('b', { paused: true, since: now });
  expect(await controlOf('b')).toMatchObject({ paused: true });
});

describe('whether an add may add', () => {
  function asking() {
    const { store } = memoryDeployment();
    const clock = { at: Date.now(), now: () => clock.at };
    let reads = 0;
    const read = store.controls.readControl.bind(store.controls);
    store.controls.readControl = name => {
      reads += 1;
      return read(name);
    };
    const since = clock.at;
    return {
      ...cachedControls(store.controls, clock as never),
      clock,
      reads: () => reads,
      change: (paused: boolean, ingestionPaused: boolean) =>
        store.controls.changeControl('b', { paused, ingestionPaused, since }),
    };
  }

  test('is seen within a second, and no add holds to a pause that is over', async () => {
    const { admissionOf, clock, change } = asking();
    expect(await admissionOf('b')).toMatchObject({ ingestionPaused: false });
    await change(true, true);
    clock.at += 1_000;
    expect(await admissionOf('b')).toMatchObject({ ingestionPaused: true });
    await change(false, false);
    expect(await admissionOf('b')).toMatchObject({ ingestionPaused: false });
  });

  test.each([false, true])(
    'is asked once a second, also by a process that seals, paused: %s',
    async paused => {
      const { admissionOf, controlOf, clock, change, reads } = asking();
      await change(paused, false);
      for (let time = 0; time < 3_000; time += 100) {
        if (!paused) await controlOf('b');
        await admissionOf('b');
        clock.at += 100;
      }
      expect(reads()).toBe(3);
    },
  );
});

test('that a pause could not be read is said once for many adds, and they are taken', async () => {
  const warnings: string[] = [];
  const { deployment, store } = memoryDeployment({ warn: message => void warnings.push(message) });
  store.controls.readControl = async () => {
    throw new Error('no answer');
  };
  const plain: Definition = batch<number>({
    name: 'plain',
    maxSize: 1_000,
    maxWaitMs: 60_000,
    handler: () => {},
  }) as never;
  const added = await Promise.all(Array.from({ length: 100 }, (_, n) => deployment.add(plain, [n])));
  expect(added).toHaveLength(100);
  expect(warnings.filter(text => text.startsWith('whether the batch is paused'))).toHaveLength(1);
});

describe('a job that stands in two lists, since it has just moved on,', () => {
  const failing: Definition = batch<number>({
    name: 'failing',
    maxSize: 1,
    maxWaitMs: 60_000,
    handler: () => {
      throw new Error('no');
    },
  }) as never;

  test('is listed and told of once', async () => {
    const { deployment, store, queues } = memoryDeployment();
    await deployment.add(failing, [1]);
    const message = queues.jobs[0]?.message ?? { job: '' };
    const list = store.jobs.list.bind(store.jobs);
    const [before] = await list('failing', 'open', 10);
    await runJob(deployment.services, failing, { message, receiptHandle: 'r' });
    store.jobs.list = async (name, which, ...rest) => {
      const entries = await list(name, which, ...rest);
      return which === 'open' && before && rest[1] === undefined ? [before, ...entries] : entries;
    };
    expect((await findJobs(deployment.services, 'failing')).jobs).toHaveLength(1);
    expect((await operationsOf(deployment, failing).status()).lastErrors).toHaveLength(1);
  });

  test.each(['', 'x', '000000000000001|', `000000000000001|${'x'.repeat(101)}`, '000000000000001|ä'])(
    'the cursor %p is refused',
    async cursor => {
      const { deployment } = memoryDeployment();
      await expect(findJobs(deployment.services, 'failing', { cursor })).rejects.toMatchObject({
        code: 'request.malformed',
      });
    },
  );
});
