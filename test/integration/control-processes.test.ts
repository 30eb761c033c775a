import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runTicker } from '#lib/recovery/ticker';
import { Judge } from '../support/judge.ts';
import { type SpawnedAdder, spawnAdder } from '../support/spawn-adder.ts';
import { type LocalOnEmulator, startOnEmulator } from '../support/start-on-emulator.ts';
import { until } from '../support/until.ts';

const MAX_SIZE = 5;
/** From when on everybody obeys: a second, and what is left to a machine that does other things too. */
const OBEYED_MS = 5_000;

describe('what an operator asks is obeyed by processes that are not its own', () => {
  const judge = new Judge();
  const ran: number[] = [];
  const definition = batch<{ id: string }>({
    name: 'shared',
    maxSize: MAX_SIZE,
    maxWaitMs: 400,
    handler: context => {
      ran.push(Date.now());
      judge.handler(context);
    },
  });
  let local: LocalOnEmulator;
  let adder: SpawnedAdder;
  /** The operator: a process that neither adds nor runs anything, as far as the others can tell. */
  let operator: { readonly deployment: Deployment; readonly operations: BatchOperations };

  beforeAll(async () => {
    local = await startOnEmulator({ batches: [definition] });
    adder = spawnAdder({
      settings: local.settings,
      name: 'shared',
      maxSize: MAX_SIZE,
      maxWaitMs: 400,
      prefix: 'x',
      everyMs: 20,
    });
    const known = definition as unknown as Definition;
    const deployment = new Deployment(local.settings).know([known]);
    operator = { deployment, operations: operationsOf(deployment, known) };
  });
  afterAll(async () => {
    await adder.kill();
    await operator.deployment.close();
    await local.stop();
  });

  const isPast = (at: number) => () => Date.now() > at;

  test('pause: soon nothing is flushed or run any more, and items go on being taken', async () => {
    const { operations } = operator;
    await until('it has added some and batches run', () => adder.added.length > 30 && ran.length > 3);
    await operations.pause();
    const obeyed = Date.now() + OBEYED_MS;
    await until('three times maxWaitMs have passed', isPast(obeyed + 1_200));
    expect(ran.filter(at => at > obeyed)).toEqual([]);
    const { jobs } = await operations.getJobs({ limit: 500 });
    expect(jobs.filter(({ sealedAt }) => sealedAt.getTime() > obeyed)).toEqual([]);

    const size = await operations.getBufferSize();
    const added = adder.added.length;
    await until('more was added', () => adder.added.length > added + 20);
    expect(await operations.getBufferSize()).toBeGreaterThan(size + 15);
    expect(adder.refused).toEqual([]);
    expect(await operations.status()).toMatchObject({ paused: true, jobs: { active: 0, waiting: 0 } });
  });

  test('pause with ingestion: soon adds are refused, with a hint when to try again', async () => {
    const { operations } = operator;
    expect(await operations.pause({ ingestion: true })).toMatchObject({
      paused: true,
      ingestionPaused: true,
    });
    const obeyed = Date.now() + OBEYED_MS;
    await until('it was refused for a while', isPast(obeyed + 300));
    expect(adder.added.filter(({ begun }) => begun > obeyed)).toEqual([]);
    const late = adder.refused.filter(({ begun }) => begun > obeyed);
    expect(late.length).toBeGreaterThan(0);
    for (const { refused } of late) {
      expect(refused.code).toBe('batch.ingestion_paused');
      expect(refused.details['batch']).toBe('shared');
      expect(refused.details['retryAfterMs']).toBeGreaterThan(0);
    }
    const size = await operations.getBufferSize();
    expect(await operations.getBufferSize()).toBe(size);
  });

  test('resume: it adds again at once, what was held back runs, and each item came out once', async () => {
    const { operations } = operator;
    const before = adder.added.length;
    // as soon as it is resumed others seal too, and may have left it nothing to flush
    await operations.resume();
    const resumed = Date.now();
    await until('it adds again', () => adder.added.length > before + 10);
    await adder.kill();
    expect(adder.refused.filter(({ begun }) => begun > resumed)).toEqual([]);
    for (const { id, receipt } of adder.added) judge.acknowledge(id, receipt);
    await until('all that was acknowledged came out', async () => {
      // what the dead left half done is found by the ticker; here it need not wait for its minute
      await runTicker(local.deployment.services, Date.now() + 3_000, { tickIntervalMs: 200 });
      const out = new Set(judge.batches.flat());
      return adder.added.every(({ id }) => out.has(id));
    });
    expect(judge.verdict(MAX_SIZE)).toEqual([]);
  });
});
