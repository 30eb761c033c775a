import type { JobMessage, TimerMessage } from './ports.ts';
import { SCHEMA_VERSION } from './schema.ts';

/**
 * Writes a message's body. A message that carries its items says its schema version. The others name records, and
 * records say theirs.
 *
 * SQS takes the characters of XML 1.0. JSON escapes all others but two:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export const toBody = (message: JobMessage | TimerMessage): string =>
  JSON.stringify('items' in message ? { ...message, v: SCHEMA_VERSION } : message).replaceAll(
    /[\ufffe\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16)}`,
  );
