import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { startLocal } from 'cistern/local';
import { runTicker } from '#lib/recovery/ticker';
import { Judge } from '../support/judge.ts';
import type { ProducerTask } from '../support/producer-process.ts';
import { type SpawnedProducer, spawnProducer } from '../support/spawn-producer.ts';
import { type LocalOnEmulator, startOnEmulator } from '../support/start-on-emulator.ts';
import { until } from '../support/until.ts';

const MAX_SIZE = 7;

async function withLocal(
  persist: boolean,
  use: (local: LocalOnEmulator, judge: Judge) => Promise<void>,
): Promise<void> {
  const judge = new Judge();
  const definition = batch<{ id: string }>({
    name: 'outside',
    maxSize: MAX_SIZE,
    maxWaitMs: 1_000,
    persist,
    handler: judge.handler,
  });
  const local = await startOnEmulator({ batches: [definition] });
  try {
    await use(local, judge);
  } finally {
    await local.stop();
  }
}

const task = (local: LocalOnEmulator, change: Partial<ProducerTask>): ProducerTask => ({
  settings: local.settings,
  name: 'outside',
  maxSize: MAX_SIZE,
  maxWaitMs: 1_000,
  persist: true,
  prefix: '',
  count: 50,
  parallel: 4,
  end: 'close',
  ...change,
});

function confess(judge: Judge, { acknowledged }: SpawnedProducer): void {
  for (const [id, receipt] of acknowledged) judge.acknowledge(id, receipt);
}

const seen = (judge: Judge): number => new Set(judge.batches.flat()).size;

describe('producers in processes of their own', () => {
  test('what was acknowledged before a SIGKILL is in exactly one batch', async () => {
    await withLocal(true, async (local, judge) => {
      const producers = ['a', 'b', 'c'].map(prefix =>
        spawnProducer(task(local, { prefix, count: 100_000, parallel: 3 })),
      );
      await Promise.all(
        producers.map(async (producer, at) => {
          await until('it has added some', () => producer.acknowledged.size > 40 + 30 * at);
          producer.process.kill('SIGKILL');
          expect(await producer.ended).toEqual([null, 'SIGKILL']);
        }),
      );
      for (const producer of producers) confess(judge, producer);
      // what the dead left half done is found by the ticker; here it need not wait for its minute
      const { services } = local.deployment;
      await until('all that was acknowledged came out', async () => {
        await runTicker(services, Date.now() + 3_000, { tickIntervalMs: 200 });
        const out = new Set(judge.batches.flat());
        return producers.every(({ acknowledged }) => [...acknowledged.keys()].every(id => out.has(id)));
      });
      expect(judge.verdict(MAX_SIZE)).toEqual([]);
    });
  });

  test('persist: false sends what it holds on SIGTERM, and the process ends by that signal', async () => {
    await withLocal(false, async (local, judge) => {
      const producer = spawnProducer(
        task(local, { persist: false, count: 10, maxWaitMs: 60_000, end: 'stay' }),
      );
      await producer.all;
      await until('the full batch came out', () => seen(judge) === MAX_SIZE);
      producer.process.kill('SIGTERM');
      expect(await producer.ended).toEqual([null, 'SIGTERM']);
      await until('the rest came out', () => seen(judge) === 10);
      confess(judge, producer);
      expect(judge.verdict(MAX_SIZE)).toEqual([]);
    });
  });

  test('persist: false sends what it holds on close()', async () => {
    await withLocal(false, async (local, judge) => {
      const producer = spawnProducer(task(local, { persist: false, count: 10, maxWaitMs: 60_000 }));
      expect(await producer.ended).toEqual([0, null]);
      confess(judge, producer);
      await until('all came out', () => seen(judge) === 10);
      expect(judge.verdict(MAX_SIZE)).toEqual([]);
    });
  });
});

describe('a stack with a data directory', () => {
  test('what was buffered, and what had failed, comes out after a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cistern-'));
    try {
      const judge = new Judge();
      let healthy = false;
      const options = { maxSize: MAX_SIZE, maxWaitMs: 3_000 };
      const flaky = batch<{ id: string }>({
        ...options,
        name: 'flaky',
        retries: { max: 2 },
        handler: context => {
          if (!healthy) throw new Error('not yet');
          judge.handler(context);
        },
      });
      const first = await startLocal({ batches: [flaky], port: 0, dataDir });
      const ids = Array.from({ length: MAX_SIZE + 3 }, (_, i) => String(i));
      const receipts = await flaky.addBulk(ids.map(id => ({ id })));
      receipts.forEach((receipt, i) => {
        judge.acknowledge(ids[i] ?? '', receipt);
      });
      const full = receipts[0]?.job ?? '';
      await until('its attempt failed', async () => {
        const job = await first.deployment.services.store.jobs.readJob(full);
        return job?.error?.message === 'not yet';
      });
      await first.stop();

      healthy = true;
      const second = await startLocal({ batches: [flaky], port: 0, dataDir });
      await until('all came out', () => seen(judge) === ids.length);
      await second.stop();
      expect(judge.verdict(MAX_SIZE)).toEqual([]);
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
});
