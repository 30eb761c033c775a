import { count, number } from '../output/number.ts';
import { visible } from '../output/visible.ts';
import { type Breach, PLACES, type Place } from './judge.ts';

/** The report of a verification. */
export interface VerifyReport {
  receipts: number;
  readonly places: Record<Place, number>;
  /** The lines that are no receipts. */
  readonly malformed: { count: number; first?: number };
  /** The number of breaches. */
  broken: number;
  /** The first breaches. */
  readonly breaches: Breach[];
}

export const emptyReport = (): VerifyReport => ({
  receipts: 0,
  places: Object.fromEntries(PLACES.map(place => [place, 0])) as Record<Place, number>,
  malformed: { count: 0 },
  broken: 0,
  breaches: [],
});

export function verifyReport({ receipts, places, malformed, broken, breaches }: VerifyReport): string {
  const found = PLACES.filter(place => places[place] > 0);
  const rest = broken - breaches.length;
  const sentences = [
    `${count(receipts, 'receipt')}${found.length > 0 ? `: ${found.map(place => `${number(places[place])} ${place}`).join(', ')}` : ''}.`,
    ...(malformed.count > 0
      ? [
          `${count(malformed.count, 'line is no receipt', 'lines are no receipts')}, the first of them line ${number(malformed.first ?? 0)}. A receipt is a JSON object with batch, job, slot and duplicate.`,
        ]
      : []),
    ...breaches.map(
      ({ code, lines, detail }) =>
        `BROKEN [${code}] ${visible(detail)}${lines.length > 0 ? ` (line ${lines.map(number).join(', ')})` : ''}`,
    ),
    ...(rest > 0 ? [`… and ${number(rest)} more.`] : []),
    outcome(receipts, broken),
  ];
  return `${sentences.join('\n')}\n`;
}

function outcome(receipts: number, broken: number): string {
  if (broken > 0) return `${count(broken, 'promise is broken', 'promises are broken')}.`;
  return receipts === 0 ? 'Nothing was compared.' : 'No promise is broken.';
}
