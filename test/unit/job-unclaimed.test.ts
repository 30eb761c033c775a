import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { packItems } from '#lib/memory/inline';
import type { JobMessage } from '#lib/store/queue-ports';
import { consumer } from '../../functions/consumer.ts';
import { deadLetter } from '../../functions/dead-letter.ts';
import { JobBench } from '../support/job-bench.ts';

const HOUR = 3_600_000;

/** A batch whose messages SQS gives up when the test says so. */
function scene(change: Partial<BatchOptions<string>> = {}) {
  const deaths: { items: readonly string[]; error: string }[] = [];
  const measured: unknown[] = [];
  const world = new JobBench(
    batch<string>({
      name: 'unclaimed',
      maxSize: 2,
      maxWaitMs: 60_000,
      handler: () => 'done',
      deadLetter: {
        enabled: true,
        onDead: ({ items }, { name }) => void deaths.push({ items, error: name }),
      },
      ...change,
    }),
    { measure: (_, values) => 'BatchesUnclaimed' in values && measured.push(values) },
  );
  /** Has SQS give the oldest message up, and the dead letter function take it. */
  const giveUp = async () => {
    const [held] = world.queues.jobs.splice(0, 1);
    if (held === undefined) throw new Error('There is no message.');
    world.queues.dead.push(held);
    return (await world.deliverDead()).result;
  };
  return { world, deaths, measured, giveUp };
}

describe('a job that no consumer takes up, since its module throws as it is imported', () => {
  test.each([true, false])(
    'is dead after a day, told, and can be redriven; with persist: %p',
    async persist => {
      const { world, deaths, measured, giveUp } = scene({ persist });
      const id = await world.flushed('a', 'b');
      for (let hours = 0; hours < 24; hours += 2) {
        expect(await giveUp()).toBe('done');
        expect(await world.job(id)).toMatchObject({ status: 'waiting', attempt: 0 });
        expect(world.queues.jobs).toHaveLength(1);
        world.clock.advance(2 * HOUR);
      }
      expect(measured).toHaveLength(12);
      await giveUp();
      expect(world.queues.jobs).toEqual([]);
      expect(await world.job(id)).toMatchObject({
        status: 'dead',
        attempt: 0,
        attempts: [],
        error: { name: 'UnclaimedError', message: expect.stringContaining('does it throw as it is loaded') },
      });
      await world.deliverDead();
      expect(deaths).toEqual([{ items: ['a', 'b'], error: 'UnclaimedError' }]);

      await world.operations.redrive(id);
      await world.deliver();
      expect(await world.job(id)).toMatchObject({ status: 'completed', counts: { done: 2 } });
    },
  );

  test('ends by neither the time nor the count alone', async () => {
    const { world, giveUp } = scene();
    const id = await world.flushed('a');
    for (let times = 0; times < 20; times++) await giveUp();
    expect((await world.job(id)).status).toBe('waiting');
    world.queues.jobs.splice(0);
    const other = await world.flushed('b');
    await giveUp();
    world.clock.advance(20 * 24 * HOUR);
    await giveUp();
    expect((await world.job(other)).status).toBe('waiting');
  });

  test('is not ended while its consumer takes up other jobs: it waits for a permit, perhaps', async () => {
    const { world, measured, giveUp } = scene();
    const id = await world.flushed('a');
    for (let days = 0; days < 5; days++) {
      const [waiting] = world.queues.jobs.splice(0, 1);
      await world.flushed(`other ${days}`);
      expect((await world.deliver()).result).toBe('done');
      if (waiting) world.queues.jobs.push(waiting);
      await giveUp();
      world.clock.advance(24 * HOUR);
    }
    expect(measured).toEqual([]);
    expect((await world.job(id)).status).toBe('waiting');
    await world.deliver();
    expect((await world.job(id)).status).toBe('completed');
  });

  test('is not ended while its batch is paused, but parked', async () => {
    const { world, giveUp } = scene();
    const id = await world.flushed('a');
    await world.operations.pause();
    world.clock.advance(2_000);
    await giveUp();
    expect((await world.job(id)).status).toBe('parked');
  });

  test('is none that was redriven before a second message came to call its onDead', async () => {
    const { world, measured } = scene({ handler: () => Promise.reject(new Error('no')) });
    const id = await world.flushed('a');
    await world.deliver();
    const [dead] = world.queues.dead;
    await world.deliverDead();
    await world.operations.redrive(id);
    if (dead) world.queues.dead.push(dead);
    expect((await world.deliverDead()).result).toBe('done');
    expect(world.queues.jobs).toHaveLength(1);
    expect(measured).toEqual([]);
  });

  test('is not ended while its next attempt is not due', async () => {
    const { world, measured, giveUp } = scene({
      retries: { max: 1, baseDelay: 20 * HOUR },
      handler: ({ attempt }) => (attempt === 1 ? Promise.reject(new Error('no')) : 'done'),
    });
    await world.flushed('a');
    await world.deliver();
    for (let times = 0; times < 5; times++) {
      world.clock.advance(3 * HOUR);
      await giveUp();
    }
    expect(measured).toEqual([]);
  });
});

describe('a message that cannot be read', () => {
  const arn = (queue: string) => `arn:aws:sqs:eu-west-1:123456789012:${queue}`;
  const record = (body: string, redrivenFrom?: string) => ({
    Records: [
      {
        messageId: '3f0e6a4c-0000-4000-8000-000000000001',
        body,
        receiptHandle: 'r',
        attributes: redrivenFrom === undefined ? {} : { DeadLetterQueueSourceArn: arn(redrivenFrom) },
        eventSourceARN: arn('bench-dead'),
      },
    ],
  });
  const id = '3f0e6a4c-0000-4000-8000-000000000001';

  test.each(['no JSON {', '[]', '{"items":"x"}', '{"job":5}', '"text"', 'null'])(
    'becomes a job that has failed and keeps how it begins, in either queue: %s',
    async body => {
      for (const where of ['consumer', 'dead letter function']) {
        const { world, deaths } = scene();
        const handle =
          where === 'consumer' ? consumer(world.deployment, world.definition) : deadLetter(world.deployment);
        const event = record(body);
        for (let times = 0; times < 2; times++) {
          expect(await handle(event as never)).toEqual({ batchItemFailures: [] });
        }
        const job = await world.job(id);
        expect(job).toMatchObject({ status: 'dead', error: { name: 'UnreadableMessageError' } });
        expect(job.error?.message).toContain(`It begins: ${body}`);
        expect(await world.operations.getJobItems(id)).toEqual([]);
        await world.deliverDead();
        expect(deaths).toEqual([{ items: [], error: 'UnreadableMessageError' }]);
        await expect(world.operations.redrive(id)).rejects.toMatchObject({ code: 'job.not_redrivable' });
      }
    },
  );

  test('is a failed job of the batch from whose queue SQS redrove it', async () => {
    const { world } = scene();
    const other = batch<string>({ name: 'other', maxSize: 1, maxWaitMs: 1_000, handler: () => {} });
    world.deployment.know([other as never]);
    const event = record('not a job', 'bench-jobs-other') as never;
    expect(await deadLetter(world.deployment)(event)).toEqual({ batchItemFailures: [] });
    expect((await world.deployment.services.store.jobs.readJob(id))?.batch).toBe('other');
  });

  test('of a later version is left alone, in either queue', async () => {
    const { world } = scene();
    const event = record('{"v":9,"job":"x"}') as never;
    const back = { batchItemFailures: [{ itemIdentifier: id }] };
    expect(await consumer(world.deployment, world.definition)(event)).toEqual(back);
    expect(await deadLetter(world.deployment)(event)).toEqual(back);
    expect(await world.operations.getJob(id)).toBeUndefined();
  });

  test('whose items cannot be read ends its job in the dead letter function, too', async () => {
    for (const items of ['garbage', await packItems('{}')]) {
      const { world, deaths, giveUp } = scene({ persist: false });
      const job = await world.flushed('a', 'b');
      const [held] = world.queues.jobs;
      if (held === undefined) throw new Error('There is a message.');
      world.queues.jobs.splice(0, 1, { ...held, message: { ...held.message, items } as JobMessage });
      expect(await giveUp()).toBe('done');
      expect(await world.job(job)).toMatchObject({ status: 'dead', error: { name: 'UnreadableItemsError' } });
      await world.deliverDead();
      expect(deaths).toEqual([{ items: [], error: 'UnreadableItemsError' }]);
    }
  });
});
