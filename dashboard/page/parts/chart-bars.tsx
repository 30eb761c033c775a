import type { JSX } from 'preact';
import type { ChartRow } from '../model/chart.ts';
import { duration, shortCount } from '../model/format.ts';

/** What stands above the bars: the measure's name. */
const NAME_HEIGHT = 14;
const LINES = [0, 0.5, 1];

/** One measure over time: a bar for each step, and what the top of its scale is. */
export function Bars({
  row: { name, values, front, tone, unit, height, most, labels },
  left,
  top,
  step,
  at,
}: {
  readonly row: ChartRow;
  /** All in pixels. */
  readonly left: number;
  readonly top: number;
  readonly step: number;
  /** The step that is looked at. */
  readonly at: number | undefined;
}): JSX.Element {
  const right = left + step * values.length;
  const scale = height - NAME_HEIGHT;
  const base = top + height;
  const y = (share: number) => base - share * scale;
  const bar = (value: number | undefined, index: number, part: string) => {
    if (value === undefined || value === 0) return null;
    const tall = Math.max(1.5, (value / most) * scale);
    return (
      <rect
        // a step's place is what it is
        key={`${part}${index}`}
        class={`${part} ${barClass(index, values.length, at)}`}
        x={left + index * step + step * 0.12}
        y={base - tall}
        width={Math.max(0.5, step * 0.76)}
        height={tall}
        rx={Math.min(1.5, step / 6)}
      />
    );
  };
  return (
    <g class={`row ${tone}`}>
      <text class="row-name" x={left} y={top + 9}>
        {labels === undefined ? name : `${name}, ${labels[1]} and ${labels[0]}`}
      </text>
      {LINES.map(share => (
        <line
          key={share}
          class={share === 0 ? 'base' : 'grid'}
          x1={left}
          x2={right}
          y1={Math.round(y(share)) + 0.5}
          y2={Math.round(y(share)) + 0.5}
        />
      ))}
      {[0, 1].map(share => (
        <text key={share} class="tick" x={left - 8} y={y(share) + 4} text-anchor="end">
          {share === 0 ? '0' : unit === 'ms' ? duration(most) : shortCount(most)}
        </text>
      ))}
      {values.map((value, index) => bar(value, index, front === undefined ? '' : 'behind'))}
      {front?.map((value, index) => bar(value, index, 'front'))}
    </g>
  );
}

/** The last step is not over. */
function barClass(index: number, length: number, at: number | undefined): string {
  if (index === at) return 'at';
  if (at !== undefined) return 'beside';
  return index === length - 1 ? 'now' : '';
}
