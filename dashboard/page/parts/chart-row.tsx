import type { JSX } from 'preact';
import { roundCeiling } from '../model/chart-scale.ts';
import { shortCount } from '../model/format.ts';

/** One measure over time: a bar for each minute, and what the top of its scale is. */
export function ChartRow({
  name,
  values,
  left,
  top,
  height,
  step,
  at,
}: {
  readonly name: string;
  readonly values: readonly number[];
  /** All in pixels. */
  readonly left: number;
  readonly top: number;
  readonly height: number;
  readonly step: number;
  /** The minute that is looked at. */
  readonly at: number | undefined;
}): JSX.Element {
  const most = roundCeiling(Math.max(...values, 0));
  const right = left + step * values.length;
  const labelled = 14;
  const scale = height - labelled;
  const base = top + height;
  const lines = [0, 0.5, 1];
  return (
    <g class={`row ${name}`}>
      <text class="row-name" x={left} y={top + 9}>
        {name}
      </text>
      {lines.map(share => (
        <line
          key={share}
          class={share === 0 ? 'base' : 'grid'}
          x1={left}
          x2={right}
          y1={Math.round(base - share * scale) + 0.5}
          y2={Math.round(base - share * scale) + 0.5}
        />
      ))}
      {[0, 1].map(share => (
        <text key={share} class="tick" x={left - 8} y={base - share * scale + 4} text-anchor="end">
          {shortCount(share * most)}
        </text>
      ))}
      {values.map((value, index) => {
        const tall = value === 0 ? 0 : Math.max(1.5, (value / most) * scale);
        return (
          <rect
            // a minute's place is what it is
            key={index}
            class={barClass(index, values.length, at)}
            x={left + index * step + step * 0.12}
            y={base - tall}
            width={Math.max(0.5, step * 0.76)}
            height={tall}
            rx={Math.min(1.5, step / 6)}
          />
        );
      })}
    </g>
  );
}

/** The last minute is not over. */
function barClass(index: number, length: number, at: number | undefined): string {
  if (index === at) return 'at';
  if (at !== undefined) return 'beside';
  return index === length - 1 ? 'now' : '';
}
