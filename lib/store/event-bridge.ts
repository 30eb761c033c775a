import type { EventBridgeClient, EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { BatchEvent } from '../definition/events.ts';
import { orMissingOfProducer } from '../producer-parts.ts';

const SOURCE = 'cistern';
/** An event is given up after two tries of two seconds. No promise depends on events. */
const REQUEST_LIMITS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

export interface EventBridgeOptions {
  /** Default: the account's default bus. */
  readonly eventBus?: string | undefined;
  /** Of the client: its region, or an emulator. */
  readonly config?: EventBridgeClientConfig;
  readonly warn: (message: string, error: unknown) => void;
  /** The client to use. Default: one that is made for the first event. */
  readonly client?: EventBridgeClient;
}

/**
 * Puts events on an EventBridge bus. The client is loaded with the first event, so that processes without events do
 * not load it. An event that the bus does not take is logged and dropped.
 */
export function eventBridge({
  eventBus,
  config = {},
  warn,
  client,
}: EventBridgeOptions): (event: BatchEvent) => Promise<void> {
  let made = client;
  return async ({ type, ...detail }) => {
    try {
      const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge').catch(
        orMissingOfProducer('events'),
      );
      made ??= new EventBridgeClient({ ...REQUEST_LIMITS, ...config });
      const { FailedEntryCount = 0, Entries = [] } = await made.send(
        new PutEventsCommand({
          Entries: [
            {
              Source: SOURCE,
              DetailType: type,
              Detail: JSON.stringify(detail),
              Time: new Date(detail.at),
              Resources: [],
              ...(eventBus !== undefined && { EventBusName: eventBus }),
            },
          ],
        }),
      );
      if (FailedEntryCount > 0) throw new Error(Entries[0]?.ErrorMessage ?? 'It was not taken.');
    } catch (error) {
      warn(`an event (${type}) could not be put on the bus`, error);
    }
  };
}
