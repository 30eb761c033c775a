import { EMULATOR } from '../store/emulator.ts';
import type { Services } from '../store/services.ts';
import { MOMENT_MS } from '../within.ts';
import type { Background } from './background.ts';
import type { Settings } from './settings.ts';

/** Makes a function that puts events on the bus; on an emulator without EventBridge it drops them. */
export function busEmitter(
  { eventBus, region, endpoints }: Settings,
  warn: Services['warn'],
): Services['emit'] {
  const endpoint = endpoints?.eventbridge;
  if (endpoints && endpoint === undefined) return async () => {};
  const config = {
    ...(endpoint !== undefined && { ...EMULATOR, endpoint }),
    ...(region !== undefined && { region }),
  };
  let made: Promise<Services['emit']> | undefined;
  return async event => {
    made ??= import('../store/event-bridge.ts').then(({ eventBridge }) =>
      eventBridge({ eventBus, config, warn }),
    );
    return (await made)(event);
  };
}

/**
 * Makes a function that sends events in the background. The caller waits for each event for a moment (`MOMENT_MS`).
 * While one event hangs, callers do not wait for the next ones. An event that cannot be sent is lost, and logged.
 */
export function backgroundEmitter(background: Background, send: Services['emit']): Services['emit'] {
  let hangs = false;
  return async event => {
    const { type, batch } = event;
    const about = { batch, ...('job' in event && { job: event.job }) };
    const sending = background.begin(
      `an event (${type}) was not sent, and is lost`,
      () => send(event),
      about,
    );
    if (hangs) return;
    hangs = !(await background.atMost(MOMENT_MS, sending));
    if (hangs) {
      void sending.then(() => {
        hangs = false;
      });
    }
  };
}
