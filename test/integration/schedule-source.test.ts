import { describe, expect, test } from '@jest/globals';
import type { ScheduledEvent } from 'aws-lambda';
import { systemClock } from '#lib/deployment/system-clock';
import { scheduleSource } from '../../local/event-sources/schedule-source.ts';
import { gate } from '../support/gate.ts';
import { inbox } from '../support/inbox.ts';

describe('a schedule source', () => {
  test('invokes the function again and again, with the event of EventBridge', async () => {
    const events = inbox<ScheduledEvent<object>>();
    const source = scheduleSource({
      everyMs: 10,
      clock: systemClock,
      functionName: 'ticker',
      functionTimeoutMs: 1_000,
      handler: event => events.put(event),
      onError: () => {},
    });
    const [first, second] = await events.of(2);
    await source.stop();
    expect(first).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      detail: {},
    });
    expect(second?.id).not.toBe(first?.id);
  });

  test('never runs it twice at once, tells of failures, and stop() waits', async () => {
    const begun = gate();
    const finish = gate();
    const errors = inbox<unknown>();
    let starts = 0;
    const source = scheduleSource({
      everyMs: 1,
      clock: systemClock,
      functionName: 'ticker',
      functionTimeoutMs: 1_000,
      handler: async () => {
        starts++;
        begun.open();
        await finish.opened;
        throw new Error('broken');
      },
      onError: (_message, error) => errors.put(error),
    });
    await begun.opened;
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(starts).toBe(1);
    const stopped = source.stop();
    finish.open();
    await stopped;
    expect(errors.items).toHaveLength(1);
  });
});
