import { describe, expect, test } from '@jest/globals';
import { AddIncompleteError, NewerSchemaError } from 'cistern';
import { ingestApp } from '#functions/http/ingest-app';
import type { Definition } from '#lib/definition/options';
import type { Thing } from './definitions.ts';
import { failing } from './failing.ts';
import { LATER, TwoVersions } from './two-versions.ts';

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a process that meets what a later version has stored', () => {
  test('adds nothing to its buffer: the items are certainly not stored', async () => {
    const { older, newer, stage, add, nothingChangesWith, allComesOut } = new TwoVersions();
    await add(newer, 'a', 'b');
    await nothingChangesWith(async () => {
      const error = await failureOf(add(older, 'c', 'd'));
      expect(error).toBeInstanceOf(AddIncompleteError);
      expect(error).toMatchObject({ stored: [], notStored: [0, 1], unknown: [] });
      expect((error as AddIncompleteError).cause).toBeInstanceOf(NewerSchemaError);
      await stage.run(older, 4);
    });
    await add(newer, 'c', 'd');
    await allComesOut();
  });

  test('says so over HTTP with 503 and Retry-After', async () => {
    const { older, newer, add, allComesOut } = new TwoVersions();
    await add(newer, 'a');
    const response = await ingestApp(older.deployment, older.definitions).request('/v1/batches/b/items', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"items":[{"id":"c"}]}',
    });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toMatchObject({
      code: 'batch.add_incomplete',
      reason: 'store.newer_schema',
      notStored: [0],
    });
    await allComesOut();
  });

  test('says no Retry-After of a bulk of which a part is stored: the whole is not to be sent again', async () => {
    const { older, newer, evidence, allComesOut } = new TwoVersions({ groupBy: ({ group = '' }) => group });
    await evidence.add(newer, 'b', { id: 'a', group: 'later' });
    const things = [
      { id: 'c', group: 'later' },
      { id: 'd', group: 'own' },
    ];
    const error = (await failureOf(
      older.deployment.add(older.definitions[0] as Definition, things),
    )) as AddIncompleteError;
    expect(error).toMatchObject({ notStored: [0], stored: [{ index: 1 }] });
    expect(error.details).toMatchObject({ reason: 'store.newer_schema' });
    expect(error.details['retryAfterMs']).toBeUndefined();
    await allComesOut();
  });

  test.each([
    ['of a window', undefined, 'key'],
    ['that are remembered', 3_600_000, 'seen'],
  ])('takes no duplicate for one by dedup markers %s that it cannot read', async (_, ttlMs, kind) => {
    const key = (thing: Thing) => thing.key ?? '';
    const { older, newer, evidence, add, relabel, nothingChangesWith, allComesOut } = new TwoVersions({
      deduplicateBy: ttlMs === undefined ? key : { key, ttlMs },
    });
    await add(older, 'a/1');
    await relabel(kind);
    await nothingChangesWith(async () => {
      const error = await failureOf(add(older, 'a/2', 'b/1'));
      expect(error).toMatchObject({ stored: [], notStored: [0, 1], unknown: [] });
    });
    await add(newer, 'a/3', 'b/2');
    expect(evidence.acknowledged.map(({ id, duplicate }) => [id, duplicate])).toEqual([
      ['a/1', false],
      ['a/3', true],
      ['b/2', false],
    ]);
    await allComesOut();
  });

  test.each([
    ['a window that is due', ['a', 'b']],
    ['windows that are full', ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
  ])('seals nothing of it, neither by timer nor by ticker: %s', async (_, ids) => {
    const { older, newer, stage, add, operations, nothingChangesWith, allComesOut } = new TwoVersions();
    const sealless = stage.process(newer.definitions, {
      schema: LATER,
      through: store => ({ ...store, seals: failing(store.seals, 'sealOpen', 'sealFull') }),
    });
    await add(sealless, ...ids);
    await nothingChangesWith(async () => {
      stage.clock.advance(120_000);
      await stage.deliver(older);
      expect(await stage.tick(older)).toMatchObject({ failed: 1, newer: 1, sealed: 0 });
      await expect(operations(older).flush()).rejects.toMatchObject({ code: 'store.newer_schema' });
    });
    await allComesOut();
  });

  test('publishes nothing for it: a marker that was left behind waits for its own version', async () => {
    const { older, newer, stage, add, nothingChangesWith, allComesOut } = new TwoVersions();
    const dying = stage.process(newer.definitions, {
      schema: LATER,
      services: { queues: failing(stage.queues, 'sendJob') },
    });
    await add(dying, 'a', 'b', 'c');
    await nothingChangesWith(() => stage.run(older, 3));
    await allComesOut();
  });

  test('does not run its jobs: their messages come back, and no attempt is used up', async () => {
    const { older, newer, stage, evidence, add, operations, nothingChangesWith, allComesOut } =
      new TwoVersions();
    await add(newer, 'a', 'b', 'c');
    await nothingChangesWith(async () => {
      for (let i = 0; i < 5; i++) await stage.deliver(older);
      await stage.run(older, 5);
    });
    expect(evidence.runs).toEqual([]);
    await allComesOut();
    expect((await operations(newer).getJobs()).jobs).toMatchObject([{ status: 'completed', attempt: 1 }]);
  });

  test('does not run a job of its own whose items a later version has stored: no attempt is used up', async () => {
    const { older, newer, stage, evidence, add, operations, nothingChangesWith, allComesOut } =
      new TwoVersions();
    await add(older, 'a', 'b');
    await add(newer, 'c');
    await nothingChangesWith(async () => {
      for (let i = 0; i < 3; i++) {
        await stage.deliver(older);
        stage.clock.advance(6_000);
      }
    });
    expect(evidence.runs).toEqual([]);
    await allComesOut();
    expect((await operations(newer).getJobs()).jobs).toMatchObject([{ status: 'completed', attempt: 1 }]);
  });

  test('leaves a batch alone whose duplicates are decided at the flush, which older versions do not know', async () => {
    const key = ({ key: own = '' }: Thing) => own;
    const { older, stage, evidence, add, operations } = new TwoVersions({
      deduplicateBy: { key, at: 'flush', keep: 'last' },
    });
    const version1 = stage.process(older.definitions, { schema: 1 });
    await add(older, 'a/1', 'b/1', 'a/2');
    for (let i = 0; i < 3; i++) {
      await stage.deliver(version1);
      stage.clock.advance(6_000);
    }
    expect(evidence.runs).toEqual([]);
    await stage.run(older, 6);
    expect(evidence.runs.map(({ ids }) => ids)).toEqual([['b/1', 'a/2']]);
    expect((await operations(older).getJobs()).jobs).toMatchObject([{ status: 'completed', attempt: 1 }]);
  });

  test('leaves a dead letter in its queue, and calls no onDead', async () => {
    let fail = true;
    const { older, newer, stage, evidence, add, nothingChangesWith, allComesOut } = new TwoVersions(own => ({
      handler: context => {
        own.run('b', context, () => fail);
        if (fail) throw new Error('It fails.');
      },
    }));
    await add(newer, 'a', 'b', 'c');
    const [message] = stage.queues.held.filter(({ queue }) => queue === 'jobs');
    // SQS has given up on it
    stage.queues.held.push({ queue: 'dead', batch: 'b', body: message?.body ?? '' });
    await nothingChangesWith(() => stage.deliver(older));
    stage.queues.held.pop();
    // now it has died, and its onDead is owed
    await stage.deliver(newer, 'b');
    expect(stage.queues.held.some(({ queue }) => queue === 'dead')).toBe(true);
    await nothingChangesWith(() => stage.deliver(older));
    expect(evidence.onDeadCalls).toEqual([]);
    fail = false;
    await allComesOut();
    expect(evidence.onDeadCalls).toHaveLength(1);
  });

  test('refuses what operators ask of it, and changes nothing', async () => {
    const { older, newer, stage, evidence, add, operations, nothingChangesWith } = new TwoVersions({
      handler: () => Promise.reject(new Error('It fails.')),
    });
    await add(newer, 'a', 'b', 'c');
    await stage.run(newer, 3);
    const {
      acknowledged: [{ job } = { job: '' }],
    } = evidence;
    await nothingChangesWith(async () => {
      const { redrive, purge, getJob, getJobs, status, drain, resume } = operations(older);
      for (const act of [
        () => redrive(job),
        () => purge(job),
        () => getJob(job),
        getJobs,
        status,
        resume,
        drain,
      ]) {
        const error = await failureOf(act());
        if (act !== resume && act !== drain) expect(error).toMatchObject({ code: 'store.newer_schema' });
      }
    });
  });

  test('obeys a pause that it cannot read: it neither takes nor flushes nor runs', async () => {
    const { older, newer, stage, evidence, add, operations, nothingChangesWith, allComesOut } =
      new TwoVersions();
    await add(older, 'a', 'b', 'c', 'd');
    await operations(newer).pause({ ingestion: true });
    stage.clock.advance(2_000);
    await nothingChangesWith(async () => {
      expect(await failureOf(add(older, 'e'))).toBeInstanceOf(NewerSchemaError);
      await stage.run(older, 4);
      await expect(operations(older).resume()).rejects.toMatchObject({ code: 'store.newer_schema' });
    });
    expect(evidence.runs).toEqual([]);
    await operations(newer).resume();
    await allComesOut();
  });

  test.each([
    ['a throttle', { throttle: { max: 1, duration: 1_000 } }, 'slots'],
    ['permits', { concurrency: 1 }, 'slots'],
  ])('keeps the bound of %s that it cannot read by going without', async (_, options, kind) => {
    const { older, stage, evidence, add, relabel, nothingChangesWith, allComesOut } = new TwoVersions(
      options,
    );
    await add(older, 'a', 'b', 'c');
    await stage.deliver(older);
    await relabel(kind);
    const runs = evidence.runs.length;
    await add(older, 'd', 'e', 'f');
    await nothingChangesWith(() => stage.deliver(older));
    expect(evidence.runs).toHaveLength(runs);
    await allComesOut();
  });

  test('looks once and leaves the lease to a later ticker, having put right what is its own', async () => {
    const { older, newer, stage, evidence, allComesOut } = new TwoVersions({
      groupBy: ({ group = '' }) => group,
    });
    await evidence.add(newer, 'b', { id: 'a', group: 'later' });
    await evidence.add(older, 'b', { id: 'b', group: 'own' });
    stage.clock.advance(120_000);
    const { runTicker } = await import('#lib/recovery/ticker');
    const began = stage.clock.now();
    const report = await runTicker(older.services, began + 55_000);
    expect(report).toMatchObject({ due: 2, sealed: 1, failed: 1, newer: 1, standby: false });
    expect(stage.clock.now()).toBe(began);
    expect(older.warnings).toEqual([expect.any(NewerSchemaError)]);
    expect((await runTicker(newer.services, began + 1)).standby).toBe(false);
    await allComesOut();
  });

  test('leaves a message alone that says a later version, or that it does not understand', async () => {
    const { older, stage, evidence, add, nothingChangesWith, allComesOut } = new TwoVersions({
      persist: false,
    });
    await add(older, 'a', 'b', 'c');
    await older.deployment.memory.flush('manual');
    const [message] = stage.queues.held;
    const { inline, ...given } = JSON.parse(message?.body ?? '{}');
    const bodies = [
      { ...given, inline, v: LATER },
      { ...given, inline: { ...inline, reason: 'a reason of a later version' } },
      { job: given.job, items: given.items },
    ];
    stage.queues.held.length = 0;
    for (const body of bodies)
      stage.queues.held.push({ queue: 'jobs', batch: 'b', body: JSON.stringify(body) });
    await nothingChangesWith(() => stage.deliver(older));
    expect(evidence.runs).toEqual([]);
    stage.queues.held.length = 0;
    stage.queues.held.push({
      queue: 'jobs',
      batch: 'b',
      body: JSON.stringify({ ...given, inline, more: 1 }),
    });
    await allComesOut();
  });
});
