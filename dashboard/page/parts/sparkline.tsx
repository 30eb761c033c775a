import type { JSX } from 'preact';
import type { Minute } from '../api/contract.ts';
import { count } from '../model/format.ts';

const HEIGHT = 24;
const STEP = 2;

/** The items of the last hour in a table's cell. */
export function Sparkline({ minutes }: { readonly minutes: readonly Minute[] }): JSX.Element {
  const most = Math.max(1, ...minutes.map(({ items }) => items));
  const sum = minutes.reduce((all, { items }) => all + items, 0);
  if (sum === 0) return <span class="zero">nothing completed</span>;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${minutes.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${count(sum)} items completed in the last hour`}
    >
      {minutes.map(({ at, items }, index) => {
        const height = items === 0 ? 0 : Math.max(1.5, (items / most) * HEIGHT);
        return <rect key={at} x={index * STEP} y={HEIGHT - height} width={STEP - 0.5} height={height} />;
      })}
    </svg>
  );
}
