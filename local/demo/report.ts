import type { LateFlights } from './late-flights.ts';
import type { Tally } from './tally.ts';

const number = (value: number): string => value.toLocaleString('en');

const reasons = (tally: Tally): string =>
  [...tally.batchesByReason].map(([reason, count]) => `${number(count)} by ${reason}`).join(', ') ||
  'none yet';

const lateness = (tally: Tally): string =>
  `p50 ${number(tally.lateness(0.5))} ms, p99 ${number(tally.lateness(0.99))} ms`;

/** Makes the line that is shown while the demo runs. */
export const progressLine = (tally: Tally): string =>
  `  in ${number(tally.accepted + tally.duplicates)} (${number(tally.duplicates)} duplicates) · out ${number(tally.delivered)} in ${number(tally.batches)} batches (${reasons(tally)}) · late ${lateness(tally)}`;

/** Makes the summary that is shown at the end. */
export function summary(tally: Tally, late: LateFlights, seconds: number, faults: readonly string[]): string {
  const [smallest, median, largest] = tally.sizes;
  const rows: [string, string][] = [
    ['items in', `${number(tally.accepted + tally.duplicates)} in ${seconds.toFixed(1)} s`],
    ['duplicates dropped', number(tally.duplicates)],
    ['batches', `${number(tally.batches)}: ${reasons(tally)}`],
    ['batch sizes', `${smallest} to ${largest}, median ${median}`],
    ['deadline to handler', lateness(tally)],
    [
      'every item exactly once',
      faults.length === 0
        ? `yes: ${number(tally.accepted)} accepted, ${number(tally.delivered)} delivered, each in the batch its receipt names`
        : `NO, ${faults.length} faults`,
    ],
    [
      'of late-flights',
      `${number(late.accepted)} accepted; ${number(late.retried)} failed at first, and were retried alone; ${number(late.told)} done`,
    ],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    ...rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    ...faults.slice(0, 10).map(fault => `    ${fault}`),
  ].join('\n');
}
