import { EMULATOR } from '../store/clients.ts';
import type { Services } from '../store/services.ts';
import { MOMENT_MS } from '../within.ts';
import type { Background } from './background.ts';
import type { Settings } from './settings.ts';

/** Puts events where they go: on the bus, and nowhere where an emulator has none. Loaded with the first one. */
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
 * Sends events in the background. Whoever tells of one waits for it for a moment; while one hangs, nobody waits for the
 * next. An event that cannot be sent is lost, and the log says so.
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
