import * as v from 'valibot';
import { FLUSH_REASONS } from '#lib/definition/flush-reason';
import { UnreadableMessageError } from '#lib/jobs/fail-unread-message';
import { asError } from '#lib/jobs/to-error';
import type { JobMessage, TimerMessage } from '#lib/store/queue-ports';
import { assertKnown, SCHEMA_VERSION } from '#lib/store/schema';

const TEXT = v.string();
const TIME = v.number();

const BUFFER = v.object({ batch: TEXT, group: v.optional(TEXT), shard: v.number() });

const TIMER = v.object({
  buffer: BUFFER,
  epoch: TEXT,
  window: v.number(),
  base: v.number(),
  cap: v.number(),
  openedAt: TIME,
  deadline: TIME,
  fireAt: TIME,
});

const NEW_JOB = v.object({
  id: TEXT,
  batch: TEXT,
  group: v.optional(TEXT),
  count: v.number(),
  reason: v.picklist(FLUSH_REASONS),
  createdAt: TIME,
  deadline: TIME,
  sealedAt: TIME,
});

const OBJECT = v.looseObject({});
const NAMED = v.looseObject({ job: TEXT });
const POINTER = v.object({ job: TEXT, batch: v.optional(TEXT), onDead: v.optional(v.boolean()) });
const INLINE = v.object({
  job: TEXT,
  batch: v.optional(TEXT),
  inline: NEW_JOB,
  items: TEXT,
  holes: v.optional(v.array(v.number())),
  traces: v.optional(v.array(TEXT)),
});

/** Reads a timer's message. @throws the reason if it cannot be read */
export function parseTimerMessage(body: string): TimerMessage {
  const { buffer, ...timer } = v.parse(TIMER, JSON.parse(body));
  return { ...timer, buffer: { ...buffer, group: buffer.group } };
}

/**
 * Reads a job's message. A message that points to a record needs no version, since the record has one. A message that
 * carries its items must never count as one that points: its job would seem deleted, and the message would be deleted.
 *
 * @throws UnreadableMessageError for a message that names no job, and so is none of Cistern's; NewerSchemaError; another
 *   error for a message that names a job and that a later version may understand
 */
export function parseJobMessage(body: string): JobMessage {
  const given = readable(() => v.parse(OBJECT, JSON.parse(body)));
  assertKnown({ ...given, sk: 'message' }, SCHEMA_VERSION);
  const named = readable(() => v.parse(NAMED, given));
  if (!('inline' in named || 'items' in named)) {
    const { job, batch, onDead } = v.parse(POINTER, named);
    return { job, ...(batch !== undefined && { batch }), ...(onDead && { onDead }) };
  }
  const { inline, holes, traces, batch, ...message } = v.parse(INLINE, named);
  return {
    ...message,
    ...(batch !== undefined && { batch }),
    ...(holes && { holes }),
    ...(traces && { traces }),
    inline: { ...inline, group: inline.group, place: undefined },
  };
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new UnreadableMessageError(asError(cause).message, { cause });
  }
}
