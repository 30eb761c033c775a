import { randomUUID } from 'node:crypto';
import type { Context, ScheduledEvent } from 'aws-lambda';
import type { Clock } from '#lib/store/services';
import type { EventSource, OnError } from './event-source.ts';
import { invocationContext } from './invocation-context.ts';

export interface ScheduleSourceProps {
  /** The time from one invocation to the next, in milliseconds. */
  readonly everyMs: number;
  /** Whether the first invocation is at once, and not after `everyMs`. */
  readonly immediately?: boolean;
  readonly clock: Pick<Clock, 'now' | 'every'>;
  readonly handler: (event: ScheduledEvent<object>, context: Context) => unknown;
  readonly functionName: string;
  readonly functionTimeoutMs: number;
  readonly onError: OnError;
}

/**
 * Invokes a function by a schedule, as EventBridge does. If an invocation outlasts its period, the next one is left out.
 * EventBridge would start a second one, which the ticker's lease ends at once.
 */
export function scheduleSource(props: ScheduleSourceProps): EventSource {
  const { everyMs, immediately = false, clock, handler, functionName, functionTimeoutMs, onError } = props;
  const ending = new AbortController();
  let running: Promise<void> | undefined;

  async function invoke(): Promise<void> {
    try {
      await handler(
        scheduledEvent(functionName, new Date(clock.now())),
        invocationContext(functionName, functionTimeoutMs, clock.now, ending.signal),
      );
    } catch (error) {
      onError(`${functionName} failed.`, error);
    } finally {
      running = undefined;
    }
  }

  const start = () => {
    running ??= invoke();
  };
  const stopTimer = clock.every(everyMs, start);
  if (immediately) start();
  return {
    async stop() {
      stopTimer();
      ending.abort();
      await running;
    },
  };
}

const scheduledEvent = (functionName: string, now: Date): ScheduledEvent<object> => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '000000000000',
  // EventBridge writes whole seconds
  time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
  region: 'us-east-1',
  resources: [`arn:aws:events:us-east-1:000000000000:rule/${functionName}`],
  detail: {},
});
