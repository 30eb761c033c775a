import { lateImport } from '../late-import.ts';
import type { Services } from '../store/services.ts';
import type { Background } from './background.ts';
import type { Settings } from './settings.ts';

const load = lateImport(() => import('./emitter.ts'));

/**
 * Makes a function that sends events in the background. Its code is loaded with the first event, since most processes send
 * none.
 *
 * @param send sends an event. Default: to the event bus
 */
export function lateEmitter(
  background: Background,
  settings: Settings,
  warn: Services['warn'],
  send?: Services['emit'],
): Services['emit'] {
  let made: Services['emit'] | undefined;
  return async event => {
    const { backgroundEmitter, busEmitter } = await load();
    made ??= backgroundEmitter(background, send ?? busEmitter(settings, warn));
    return made(event);
  };
}
