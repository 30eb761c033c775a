import { ARM_AHEAD_MS, LONGEST_DELAY_MS } from '../topology.ts';
import type { PlainRecord } from './expressions.ts';
import { toFlushReason } from './flush-reason.ts';
import type { Head, SealedWindow, Turn } from './head.ts';
import { LOOK_EVERY_MS } from './record-life.ts';

/** Computes when the ticker arms a window's timer. SQS delays no message for longer than `LONGEST_DELAY_MS`. */
export const armAtOf = (deadline: number, waitMs: number): number =>
  waitMs > LONGEST_DELAY_MS ? deadline - ARM_AHEAD_MS : deadline;

/** Reads a stored head. Only the store has written its numbers and texts. */
export function toHead(record: PlainRecord): Head {
  const counts = (record['counts'] ?? {}) as Record<string, number>;
  const pending = (record['pending'] ?? {}) as Record<string, PlainRecord>;
  return {
    epoch: String(record['epoch']),
    window: Number(record['window']),
    base: Number(record['base']),
    next: Number(record['next']),
    dueAt: record['dueAt'] === undefined ? undefined : Number(record['dueAt']),
    fails: Number(record['fails'] ?? 0),
    open:
      record['openedAt'] === undefined
        ? undefined
        : {
            cap: Number(record['cap']),
            waitMs: Number(record['waitMs']),
            openedAt: Number(record['openedAt']),
            deadline: Number(record['deadline']),
            armAt: Number(record['armAt']),
            openedBy: String(record['openedBy']),
            bytes: Number(record['bytes'] ?? 0),
            lastAt: Number(record['lastAt'] ?? record['openedAt']),
            ttl: {
              due: Number(record['keepAt'] ?? Number(record['openedAt']) + LOOK_EVERY_MS),
              to: Math.max(Number(record['keptTo'] ?? 0), Number(record['base'])),
            },
            turn: toTurn(record),
          },
    pending: Object.entries(pending)
      .map(([window, marker]) => toSealed(Number(window), counts[window] ?? 0, marker))
      .sort((a, b) => a.window - b.window),
  };
}

/** Reads the open window's turn. A turn of an earlier window, which an older version has sealed, does not count. */
const toTurn = (record: PlainRecord): Turn | undefined =>
  record['turnWindow'] !== undefined && record['turnWindow'] === record['window']
    ? {
        at: Number(record['turnAt']),
        place: Number(record['turnPlace']),
        reason: toFlushReason(record['turnReason']),
      }
    : undefined;

function toSealed(window: number, count: number, marker: PlainRecord): SealedWindow {
  return {
    window,
    count,
    reason: toFlushReason(marker['reason']),
    openedAt: Number(marker['openedAt']),
    deadline: Number(marker['deadline']),
    sealedAt: Number(marker['sealedAt']),
    sealedBy: String(marker['by']),
  };
}
