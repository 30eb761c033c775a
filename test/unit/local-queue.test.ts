import { describe, expect, test } from '@jest/globals';
import { LocalQueue } from '../../local/queues/local-queue.ts';
import { stillClock } from '../support/still-clock.ts';

const NEVER = new AbortController().signal;

function queues({ visibilityTimeoutSeconds = 30, maxReceiveCount = 3 } = {}) {
  const clock = stillClock();
  const dead = new LocalQueue({ queue: { name: 'dead', visibilityTimeoutSeconds }, clock });
  const redrive = { queue: 'dead', maxReceiveCount };
  const jobs = new LocalQueue({
    queue: { name: 'jobs', visibilityTimeoutSeconds, redrive },
    clock,
    deadLetter: message => dead.take({ ...message, queue: 'dead' }),
  });
  /** What can be received now. */
  const now = async (queue = jobs) => {
    const { waiting } = await queue.count();
    return waiting === 0 ? [] : queue.receive(10, NEVER);
  };
  return { clock, jobs, dead, now };
}

describe('a queue in the process', () => {
  test('hands out what was sent, in its order, and no message twice at a time', async () => {
    const { jobs, now } = queues();
    for (const body of ['a', 'b', 'c']) await jobs.send(body);
    expect((await jobs.receive(2, NEVER)).map(({ Body }) => Body)).toEqual(['a', 'b']);
    expect((await now()).map(({ Body }) => Body)).toEqual(['c']);
    expect(await now()).toEqual([]);
    expect(await jobs.count()).toEqual({ waiting: 0, hidden: 3 });
  });

  test('hands out a message again when its visibility timeout is over, and counts', async () => {
    const { jobs, clock, now } = queues();
    await jobs.send('a');
    const [first] = await now();
    clock.advance(30_000);
    const [second] = await now();
    expect(first?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
    expect(second).toMatchObject({
      MessageId: first?.MessageId,
      Attributes: { ApproximateReceiveCount: '2' },
    });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  test('hides a message for as long as its receiver says, by the receipt of the last receive alone', async () => {
    const { jobs, clock, now } = queues();
    await jobs.send('a');
    const [{ ReceiptHandle: old = '' } = {}] = await now();
    await jobs.setVisibility(old, 5);
    clock.advance(4_999);
    expect(await now()).toEqual([]);
    clock.advance(1);
    await expect(jobs.setVisibility(old, 5)).rejects.toThrow('not in flight');
    const [{ ReceiptHandle: latest = '' } = {}] = await now();
    await expect(jobs.setVisibility(old, 5)).rejects.toThrow('not in flight');
    await jobs.delete([old]);
    expect(await jobs.count()).toEqual({ waiting: 0, hidden: 1 });
    await jobs.setVisibility(latest, 0);
    expect(await now()).toHaveLength(1);
  });

  test('deletes a message by its receipt, also when its time is over and nobody else has received it', async () => {
    const { jobs, clock, now } = queues();
    await jobs.send('a');
    const [{ ReceiptHandle = '' } = {}] = await now();
    clock.advance(60_000);
    await jobs.delete([ReceiptHandle, ReceiptHandle]);
    expect(await jobs.count()).toEqual({ waiting: 0, hidden: 0 });
  });

  test('delays a message by as much as its sender says', async () => {
    const { jobs, clock, now } = queues();
    await jobs.send('later', 2);
    await jobs.send('now');
    expect((await now()).map(({ Body }) => Body)).toEqual(['now']);
    clock.advance(2_000);
    expect((await now()).map(({ Body }) => Body)).toEqual(['later']);
  });

  test('gives a message to the dead letter queue when it was received too often', async () => {
    const { jobs, dead, clock, now } = queues({ maxReceiveCount: 2 });
    await jobs.send('poison');
    await jobs.send('other', 60);
    for (let receive = 0; receive < 2; receive++) {
      expect(await now()).toHaveLength(1);
      clock.advance(30_000);
    }
    // the look that moves one message to the dead letter queue still finds the others
    expect((await now()).map(({ Body }) => Body)).toEqual(['other']);
    expect((await now(dead)).map(({ Body }) => Body)).toEqual(['poison']);
  });

  test('wakes who waits as soon as a message is there, or becomes visible', async () => {
    const { jobs, clock } = queues();
    const first = jobs.receive(1, NEVER);
    await jobs.send('a');
    expect(await first).toHaveLength(1);
    const again = jobs.receive(1, NEVER);
    clock.advance(30_000);
    expect(await again).toHaveLength(1);
  });

  test('lets who waits go when he gives up', async () => {
    const { jobs } = queues();
    const giveUp = new AbortController();
    const waiting = jobs.receive(1, giveUp.signal);
    giveUp.abort();
    expect(await waiting).toEqual([]);
    await jobs.send('a');
    expect(await jobs.count()).toEqual({ waiting: 1, hidden: 0 });
  });
});
