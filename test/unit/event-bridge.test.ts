import { once } from 'node:events';
import { createServer } from 'node:http';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { BatchEvent } from 'cistern';
import { eventBridge } from '#lib/store/event-bridge';

const EVENT: BatchEvent = {
  type: 'Cistern Batch Sealed',
  deployment: 'shop',
  batch: 'orders',
  at: '2030-01-01T00:00:00.000Z',
  job: 'the-job',
  group: '',
  count: 3,
  reason: 'size',
};

describe('an event on the EventBridge bus', () => {
  const client = new EventBridgeClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const warnings: { message: string; error: unknown }[] = [];
  const emit = (eventBus?: string) =>
    eventBridge({ client, eventBus, warn: (message, error) => warnings.push({ message, error }) });
  beforeEach(() => {
    mock.reset();
    warnings.length = 0;
  });

  test('has its type for detail-type, and all the rest for detail', async () => {
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    await emit('the-bus')(EVENT);
    const { type, ...detail } = EVENT;
    const [entry, ...others] = mock.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      Source: 'cistern',
      DetailType: type,
      Time: new Date(EVENT.at),
      EventBusName: 'the-bus',
    });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual(detail);
    expect(warnings).toEqual([]);
  });

  test('goes to the account’s default bus where no other is named', async () => {
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    await emit()(EVENT);
    const [entry] = mock.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
    expect(entry).not.toHaveProperty('EventBusName');
  });

  test('that the bus does not take is logged with its reason, and harms nothing', async () => {
    mock.on(PutEventsCommand).resolves({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'Too many events.' }],
    });
    await expect(emit()(EVENT)).resolves.toBeUndefined();
    expect(warnings).toEqual([
      {
        message: 'an event (Cistern Batch Sealed) could not be put on the bus',
        error: expect.objectContaining({ message: 'Too many events.' }),
      },
    ]);
  });

  test('is written as well-formed JSON, whatever its group holds', async () => {
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    await emit()({ ...EVENT, group: '😀\ud800' });
    const [entry] = mock.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
    expect(entry?.Detail).toContain('😀\\ud800');
    expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({ group: '😀\ud800' });
  });

  test('is given up after two tries of two seconds where the bus does not answer', async () => {
    let tries = 0;
    const server = createServer(() => {
      tries += 1;
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const config = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
    const began = Date.now();
    await eventBridge({ config, warn: (message, error) => warnings.push({ message, error }) })(EVENT);
    expect(Date.now() - began).toBeLessThan(7_000);
    expect(tries).toBe(2);
    expect(warnings).toHaveLength(1);
    server.closeAllConnections();
    server.close();
  });

  test('that cannot be sent is logged, and harms nothing', async () => {
    mock.on(PutEventsCommand).rejects(new Error('no such bus'));
    await expect(emit()(EVENT)).resolves.toBeUndefined();
    expect(warnings).toMatchObject([{ error: { message: 'no such bus' } }]);
  });
});
