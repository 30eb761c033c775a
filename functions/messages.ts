import * as v from 'valibot';
import { FLUSH_REASONS } from '#lib/definition/flush-reason';
import type { JobMessage, TimerMessage } from '#lib/store/ports';
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

const POINTER = v.object({ job: TEXT, onDead: v.optional(v.boolean()) });
const INLINE = v.object({ job: TEXT, inline: NEW_JOB, items: TEXT, traces: v.optional(v.array(TEXT)) });

/** A timer's message. @throws what is wrong with it */
export function parseTimerMessage(body: string): TimerMessage {
  const { buffer, ...timer } = v.parse(TIMER, JSON.parse(body));
  return { ...timer, buffer: { ...buffer, group: buffer.group } };
}

/**
 * A job's message. One that points to a record needs no version, since the record has one; one that carries its items
 * must never pass for one that points: its job would be taken for gone, and the message deleted.
 *
 * @throws what is wrong with it; NewerSchemaError
 */
export function parseJobMessage(body: string): JobMessage {
  const given = v.parse(v.looseObject({}), JSON.parse(body));
  assertKnown({ ...given, sk: 'message' }, SCHEMA_VERSION);
  if (!('inline' in given || 'items' in given)) {
    const { job, onDead } = v.parse(POINTER, given);
    return { job, ...(onDead && { onDead }) };
  }
  const { inline, traces, ...message } = v.parse(INLINE, given);
  return {
    ...message,
    ...(traces && { traces }),
    inline: { ...inline, group: inline.group, place: undefined },
  };
}
