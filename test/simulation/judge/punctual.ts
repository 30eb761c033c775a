import { MOMENT_MS } from '#lib/within';
import type { Evidence } from './evidence.ts';

const HOLDS_BACK = ['pause', 'pause ingestion', 'resume', 'drain', 'startDrain'];

/** Whether nothing that happened in a play puts off what is due. */
export const isPunctual = ({ calm, operations }: Evidence, batch: string): boolean =>
  calm &&
  !operations.some(
    op => op.batch === batch && op.calledAt && HOLDS_BACK.includes(op.name) && !op.name.startsWith('resume'),
  );

/** How long a bus that hangs holds a sealer, once: docs/events.md. */
export const heldByBus = (evidence: Evidence, batch: string): number =>
  evidence.bus === 'hangs' && evidence.plansOf(batch).some(({ events }) => events) ? MOMENT_MS : 0;
