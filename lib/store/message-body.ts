import { asciiJson } from '../json/ascii-json.ts';
import type { JobMessage, TimerMessage } from './queue-ports.ts';
import { RECORD_VERSION } from './schema.ts';

/** Names the batch in a message that goes to a pool's queue: its consumer has to know whose rules the job goes by. */
export const addressed = (message: JobMessage, batch: string, pool: string | undefined): JobMessage =>
  pool === undefined ? message : { ...message, batch };

/**
 * Writes a message's body. A message that carries its items says its schema version. The others name records, and
 * records say theirs.
 */
export const toMessageBody = (message: JobMessage | TimerMessage): string =>
  asciiJson('items' in message ? { ...message, v: RECORD_VERSION } : message);
