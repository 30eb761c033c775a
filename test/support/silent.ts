import type { Services } from '#lib/store/services';
import { untraced } from '#lib/telemetry/tracing';

/** A process that tells nobody anything. */
export const silent: Pick<Services, 'emit' | 'log' | 'note' | 'warn' | 'measure' | 'tracing'> = {
  emit: async () => {},
  log: () => {},
  note: () => {},
  warn: () => {},
  measure: () => {},
  tracing: untraced,
};
