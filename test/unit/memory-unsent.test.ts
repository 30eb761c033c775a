import { beforeEach, describe, expect, test } from '@jest/globals';
import { batch, flushOnInvocationEnd } from 'cistern';
import { ingest } from '#functions/ingest';
import { operationsOf } from '#lib/batch-operations';
import type { Definition } from '#lib/definition/options';
import { answering } from '#lib/deployment/answering';
import { stopUsing, use } from '#lib/deployment/current';
import { memoryDeployment } from '../support/memory-deployment.ts';
import { type SteppedClock, steppedClock } from '../support/stepped-clock.ts';
import { until } from '../support/until.ts';

const light = batch<number>({
  name: 'light',
  maxSize: 3,
  maxWaitMs: 60_000,
  persist: false,
  handler: () => {},
});
const definition = light as unknown as Definition;

const NO_QUEUE = Object.assign(new Error('The specified queue does not exist.'), {
  name: 'QueueDoesNotExist',
});

/** A deployment whose queue refuses everything, until it is mended. */
function refusing() {
  const warnings: string[] = [];
  const world = memoryDeployment({ warn: message => void warnings.push(message), clock });
  const send = world.queues.sendJob.bind(world.queues);
  world.queues.sendJob = async () => {
    throw NO_QUEUE;
  };
  const mend = () => {
    world.queues.sendJob = send;
  };
  return { ...world, warnings, mend };
}

let clock: SteppedClock;
beforeEach(() => {
  clock = steppedClock();
});

const outcome = async (work: Promise<unknown>, ms: number): Promise<unknown> => {
  let told: unknown = 'nothing yet';
  work.then(
    value => {
      told = value;
    },
    error => {
      told = error;
    },
  );
  await clock.pass(ms);
  return told;
};

describe('while a queue takes nothing', () => {
  test('a flush is told so after ten seconds, what it was about is kept, and it is sent when the queue is there', async () => {
    const world = refusing();
    const [receipt] = await world.deployment.add(definition, [1, 2]);
    const flushing = operationsOf(world.deployment, definition).flush();
    await until('it was tried', () => world.warnings.length > 0);
    expect(await outcome(flushing, 9_999)).toBe('nothing yet');
    expect(await outcome(flushing, 1)).toMatchObject({
      code: 'batch.not_sent',
      cause: NO_QUEUE,
      details: { items: 2, batches: ['light'], unsent: [{ batch: 'light', job: receipt?.job, items: 2 }] },
      message: expect.stringContaining('they are kept'),
    });
    world.mend();
    await clock.pass(60_000);
    expect(world.queues.jobs).toMatchObject([{ message: { job: receipt?.job } }]);
    expect(await outcome(world.deployment.close(), 0)).toBeUndefined();
  });

  test('close() says what is lost, and nothing is tried afterwards', async () => {
    const world = refusing();
    await world.deployment.add(definition, [1, 2]);
    const closing = world.deployment.close();
    await until('it was tried', () => world.warnings.length > 0);
    expect(await outcome(closing, 10_000)).toMatchObject({
      code: 'batch.not_sent',
      details: { items: 2 },
      message: expect.stringContaining('they are lost with this process'),
    });
    await clock.pass(120_000);
    const tries = world.warnings.length;
    await clock.pass(600_000);
    expect(world.warnings).toHaveLength(tries);
    expect(clock.armed).toBe(0);
  });

  test('it is tried after 0.1, 0.5, 2 and 10 s, and then once a minute', async () => {
    const world = refusing();
    await world.deployment.add(definition, [1, 2, 3]);
    await until('it was tried', () => world.warnings.length === 1);
    await clock.pass(12_600);
    expect(world.warnings).toHaveLength(5);
    await clock.pass(600_000);
    expect(world.warnings).toHaveLength(15);
    await outcome(world.deployment.close(), 10_000);
  });

  test('no more is taken when 100 batches wait for it, and more when it takes them', async () => {
    const world = refusing();
    await world.deployment.add(
      definition,
      Array.from({ length: 300 }, (_, n) => n),
    );
    await until('all were tried', () => world.warnings.length === 100);
    await expect(world.deployment.add(definition, [1])).rejects.toMatchObject({
      code: 'batch.queue_unreachable',
      details: { batch: 'light', unsent: 100, retryAfterMs: 5_000 },
      cause: NO_QUEUE,
    });
    world.mend();
    await clock.pass(60_000);
    expect(world.queues.jobs).toHaveLength(100);
    expect(await world.deployment.add(definition, [1])).toHaveLength(1);
    await outcome(world.deployment.close(), 10_000);
  });

  test('an ingest request over HTTP is answered with 503, and an invocation fails', async () => {
    const world = refusing();
    const answer = ingest(world.deployment, [definition]);
    const invoking = answer({ batch: 'light', items: [1, 2] });
    const told = (await outcome(invoking, 30_000)) as Error;
    expect(told.name).toBe('batch.not_sent');
    expect(JSON.parse(told.message)).toMatchObject({ status: 503, items: 2 });
    const http = {
      method: 'POST',
      path: '/v1/batches/light/items',
      protocol: '',
      sourceIp: '',
      userAgent: '',
    };
    const event = {
      version: '2.0',
      rawPath: http.path,
      rawQueryString: '',
      headers: { 'content-type': 'application/json' },
      isBase64Encoded: false,
      body: '{"item":1}',
      requestContext: { http, domainName: 'api.example.com' },
    };
    expect(await outcome(answer(event as never), 30_000)).toMatchObject({
      statusCode: 503,
      body: expect.stringContaining('batch.not_sent'),
    });
    await outcome(world.deployment.close(), 20_000);
  });
});

describe('an invocation', () => {
  test.each(['answers', 'throws'])(
    'that %s does so when what it has added to memory is in its queue',
    async how => {
      const world = memoryDeployment({ clock });
      use(world.deployment);
      const handler = flushOnInvocationEnd(async (n: number) => {
        await light.add(n);
        if (how === 'throws') throw new Error('of its own');
        return 'answer';
      });
      const told = await handler(7).catch((error: unknown) => error);
      if (how === 'throws') expect(told).toMatchObject({ message: 'of its own' });
      else expect(told).toBe('answer');
      expect(world.queues.jobs).toMatchObject([{ message: { inline: { reason: 'invocation', count: 1 } } }]);
      stopUsing(world.deployment);
      await world.deployment.close();
    },
  );

  test('fails where its items have not reached their queue, and its own error comes before that', async () => {
    const world = refusing();
    const deployment = () => world.deployment;
    await world.deployment.add(definition, [1]);
    expect(
      await outcome(
        answering(deployment, () => 'answer'),
        20_000,
      ),
    ).toMatchObject({ code: 'batch.not_sent' });
    const failing = answering(deployment, () => {
      throw new Error('of its own');
    });
    expect(await outcome(failing, 20_000)).toMatchObject({ message: 'of its own' });
    await outcome(world.deployment.close(), 20_000);
  });

  test('does not fail for what an earlier one could not send, and hardly waits for it', async () => {
    const world = refusing();
    const deployment = () => world.deployment;
    await world.deployment.add(definition, [1]);
    const first = answering(deployment, () => 'answer');
    expect(await outcome(first, 20_000)).toMatchObject({ code: 'batch.not_sent' });
    const second = answering(deployment, () => 'another');
    expect(await outcome(second, 500)).toBe('another');

    await world.deployment.add(definition, [2]);
    const third = answering(deployment, () => 'answer');
    expect(await outcome(third, 20_000)).toMatchObject({
      code: 'batch.not_sent',
      details: { items: 1 },
    });
    world.mend();
    await clock.pass(60_000);
    expect(world.queues.jobs).toHaveLength(2);
    await world.deployment.close();
  });

  test('that never had a deployment just answers', async () => {
    expect(
      await outcome(
        answering(
          () => undefined,
          () => 1,
        ),
        0,
      ),
    ).toBe(1);
  });
});

test('a flush of what is in memory reads nothing but whether the batch is paused', async () => {
  const world = memoryDeployment({ clock });
  const denied = async () => {
    throw new Error('AccessDenied');
  };
  Object.assign(world.store.index, { buffersOf: denied });
  Object.assign(world.store.heads, { readHeads: denied, readHead: denied });
  await world.deployment.add(definition, [1, 2]);
  const flushing = operationsOf(world.deployment, definition).flush();
  expect(await flushing).toMatchObject([{ items: 2 }]);
  await world.deployment.close();
});
