import * as v from 'valibot';
import { FLUSH_REASONS } from '#lib/definition/flush-reason';
import type { JobMessage, TimerMessage } from '#lib/store/ports';

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

const JOB = v.union([
  v.object({ job: TEXT, inline: NEW_JOB, items: TEXT, traces: v.optional(v.array(TEXT)) }),
  v.object({ job: TEXT }),
]);

/** A timer's message. @throws what is wrong with it */
export function parseTimerMessage(body: string): TimerMessage {
  const { buffer, ...timer } = v.parse(TIMER, JSON.parse(body));
  return { ...timer, buffer: { ...buffer, group: buffer.group } };
}

/** A job's message. @throws what is wrong with it */
export function parseJobMessage(body: string): JobMessage {
  const message = v.parse(JOB, JSON.parse(body));
  if (!('inline' in message)) return message;
  const { traces, ...inline } = message;
  return {
    ...inline,
    ...(traces && { traces }),
    inline: { ...message.inline, group: message.inline.group, place: undefined },
  };
}
