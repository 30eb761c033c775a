import { FAULTS, type Fault } from './faulty-wire.ts';

/** Plays a scenario with a fault at its n-th call, counted from 1; 0 is without one. */
type Play = (
  at: number,
  fault: Fault,
) => Promise<{ readonly calls: readonly string[]; readonly breaches: string[] }>;

/**
 * Plays a scenario without a fault, and then with each fault at each of its calls in turn.
 *
 * @param faultsOf the faults that can tell at the n-th of the calls. Default: all
 * @param parallel plays under way at the same time. Default 1
 * @returns the breaches of each play that had any, by its fault
 */
export async function playEveryFault(
  play: Play,
  faultsOf: (calls: readonly string[], at: number) => readonly Fault[] = () => FAULTS,
  parallel = 1,
): Promise<Record<string, string[]>> {
  const { calls, breaches } = await play(0, 'die before');
  if (breaches.length > 0) return { 'no fault': breaches };
  if (calls.length === 0) throw new Error('The scenario makes no call that a fault could hit.');
  const found: Record<string, string[]> = {};
  const plays = calls.flatMap((call, i) => faultsOf(calls, i + 1).map(fault => ({ call, at: i + 1, fault })));
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (let next = plays.shift(); next; next = plays.shift()) {
        const result = await play(next.at, next.fault);
        if (result.breaches.length > 0)
          found[`${next.fault} call ${next.at}, ${next.call}`] = result.breaches;
      }
    }),
  );
  return found;
}
