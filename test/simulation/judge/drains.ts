import type { DrainRecord } from '#lib/store/control';
import type { Evidence } from './evidence.ts';

/** A drain, as its record told of it. */
export interface Drain {
  readonly batch: string;
  /** When its record was first there. */
  readonly begunAt: number;
  /** When its record said that it had ended; infinite where it never has. */
  readonly endedAt: number;
  /** All that its record has been, in their order. */
  readonly records: readonly DrainRecord[];
}

/** All drains of a play. */
export function drainsOf(evidence: Evidence): Drain[] {
  const drains = new Map<string, Drain>();
  for (const { at, batch, after } of evidence.controls) {
    const { drain } = after;
    if (drain === undefined) continue;
    const { begunAt = at, endedAt = Number.POSITIVE_INFINITY, records = [] } = drains.get(drain.id) ?? {};
    drains.set(drain.id, {
      batch,
      begunAt,
      endedAt: drain.state === 'draining' ? endedAt : Math.min(endedAt, at),
      records: [...records, drain],
    });
  }
  return [...drains.values()];
}
