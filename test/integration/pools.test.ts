import { afterEach, describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { type Local, startLocal } from 'cistern/local';
import type { Definition } from '#lib/definition/options';
import { consumer } from '../../functions/consumer.ts';
import { definitionsOf } from '../../functions/definitions-of.ts';
import { World } from '../support/world.ts';

const define = (name: string, pool: string | undefined, more: Partial<BatchOptions<number>> = {}) =>
  batch<number>({
    name,
    maxSize: 3,
    maxWaitMs: 60_000,
    handler: ({ batch: items }) => items.length,
    ...(pool !== undefined && { pool }),
    ...more,
  });

describe('batches of a pool', () => {
  let local: Local | undefined;
  afterEach(async () => {
    await local?.stop();
    local = undefined;
  });

  test('run by their own handlers, beside one that is in no pool', async () => {
    const seen: string[] = [];
    const of = (name: string, pool?: string) =>
      define(name, pool, { handler: ({ name: own, batch: items }) => void seen.push(`${own} ${items}`) });
    const all = [of('a', 'small'), of('b', 'small'), of('c')];
    local = await startLocal({ batches: all, port: 0 });
    for (const [at, each] of all.entries()) await each.addBulk([at, at, at]);
    await local.idle();
    expect(seen.sort()).toEqual(['a 0,0,0', 'b 1,1,1', 'c 2,2,2']);
  });

  test('have their own retries and their own onDead', async () => {
    const dead: string[] = [];
    const dying = (name: string, max: number) =>
      define(name, 'small', {
        handler: () => Promise.reject(new Error('no')),
        retries: { max, baseDelay: 0 },
        deadLetter: { enabled: true, onDead: ({ attempt }) => void dead.push(`${name} ${attempt}`) },
      });
    const all = [dying('once', 0), dying('thrice', 2)];
    local = await startLocal({ batches: all, port: 0 });
    for (const each of all) await each.addBulk([1, 2, 3]);
    await local.idle();
    expect(dead.sort()).toEqual(['once 1', 'thrice 3']);
  });

  test('carry their items in their messages with persist: false', async () => {
    const seen: string[] = [];
    const light = (name: string) =>
      define(name, 'small', {
        persist: false,
        handler: ({ name: own, batch: items }) => void seen.push(`${own} ${items}`),
      });
    const all = [light('a'), light('b')];
    local = await startLocal({ batches: all, port: 0 });
    for (const [at, each] of all.entries()) await each.addBulk([at, at, at]);
    await local.idle();
    expect(seen.sort()).toEqual(['a 0,0,0', 'b 1,1,1']);
  });

  test('each end at their own timeout, though the function may take as long as the longest', async () => {
    const hang = (name: string, timeout: number) =>
      define(name, 'small', {
        timeout,
        handler: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
      });
    const all = [hang('short', 50), hang('long', 400)];
    local = await startLocal({ batches: all, port: 0 });
    for (const each of all) await each.addBulk([1, 2, 3]);
    await local.idle();
    for (const [each, most] of [
      [all[0], 350],
      [all[1], 5_000],
    ] as const) {
      const { jobs = [] } = (await each?.getJobs()) ?? {};
      const [{ startedAt, finishedAt } = {}] = jobs;
      expect((finishedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0)).toBeLessThan(most);
      expect(jobs).toHaveLength(1);
    }
  });
});

describe('a consumer of a pool', () => {
  const [a, b] = [define('a', 'small'), define('b', 'small')] as unknown as [Definition, Definition];
  const event = (body: object) =>
    ({
      Records: [{ messageId: 'm', receiptHandle: 'r', body: JSON.stringify(body), attributes: {} }],
    }) as never;

  test('leaves a job alone whose batch it does not know, and the ticker sends it again', async () => {
    const world = new World([a, b]);
    const [receipt] = await world.healthy.add(b, [1, 2, 3]);
    const job = receipt?.job ?? '';
    const old = consumer(world.process().deployment, a, define('c', 'small') as never);
    expect(await old(event({ job, batch: 'b' }))).toEqual({ batchItemFailures: [] });
    expect((await world.healthy.services.store.jobs.readJob(job))?.status).toBe('waiting');
    await world.recover();
    expect((await world.healthy.services.store.jobs.readJob(job))?.status).toBe('completed');
  });

  test('stores the items of such a job that only its message has', async () => {
    const light = define('light', 'small', { persist: false }) as unknown as Definition;
    const world = new World([a, light]);
    await world.healthy.add(light, [1, 2, 3]);
    await world.healthy.settle();
    const queue = world.queue('world-pool-small');
    const [message] = await queue.receive(1, new AbortController().signal);
    const old = consumer(world.process().deployment, a, b);
    expect(await old(event(JSON.parse(message?.Body ?? '')))).toEqual({ batchItemFailures: [] });
    await queue.delete([message?.ReceiptHandle ?? '']);
    await world.recover();
    const { job } = JSON.parse(message?.Body ?? '');
    expect((await world.healthy.services.store.jobs.readJob(job))?.status).toBe('completed');
  });

  test('is of all definitions that name it', () => {
    const own = define('own', undefined) as unknown as Definition;
    expect(definitionsOf([a, own, b], { batch: undefined, pool: 'small' })).toEqual([a, b]);
    expect(definitionsOf([a, own, b], { batch: 'own', pool: undefined })).toEqual([own]);
    expect(() => definitionsOf([own], { batch: undefined, pool: 'small' })).toThrow(
      'CISTERN_POOL has to be a pool that a definition is in; it was "small".',
    );
  });
});
