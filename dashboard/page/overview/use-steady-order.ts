import type { TargetedEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { BatchStatus } from '../api/contract.ts';
import { byTrouble, inOrder } from '../model/trouble.ts';

/**
 * Batches with trouble first. Rows stay where they are while the pointer or the focus is on them, so that the
 * user does not press a row that has just moved there.
 *
 * @returns the rows, and what the element around them has to tell
 */
export function useSteadyOrder(batches: readonly BatchStatus[]) {
  const [held, setHeld] = useState(false);
  const order = useRef<readonly string[]>([]);
  const rows = held ? inOrder(batches, order.current) : byTrouble(batches);
  order.current = rows.map(({ batch }) => batch);
  const hold = () => setHeld(true);
  const release = (event: TargetedEvent<HTMLElement>) => setHeld(event.currentTarget.matches(':hover'));
  return {
    rows,
    around: { onPointerEnter: hold, onFocusIn: hold, onPointerLeave: release, onFocusOut: release },
  };
}
