import type { JSX, TargetedPointerEvent } from 'preact';
import { useState } from 'preact/hooks';
import { type ChartRow, type ChartSteps, saysOf } from '../model/chart.ts';
import { Bars } from './chart-bars.tsx';
import { ChartTable } from './chart-table.tsx';
import { ChartTicks } from './chart-ticks.tsx';
import { useWidth } from './use-width.ts';

/** Pixels. */
const AXIS = 48;
const GAP = 18;
const TICKS_HEIGHT = 20;

/** Measures over one time, one under the other: their scales differ by far. Steps are read by pointer and by arrow keys. */
export function Chart({
  label,
  steps,
  rows,
  sum,
}: {
  readonly label: string;
  readonly steps: ChartSteps;
  readonly rows: readonly ChartRow[];
  /** What is said while no step is looked at. */
  readonly sum: string;
}): JSX.Element {
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number | undefined>(undefined);
  const { length } = steps.at;
  const step = length === 0 ? 0 : Math.max(0, width - AXIS) / length;
  const tops = rows.map((_, row) => rows.slice(0, row).reduce((sum, { height }) => sum + height + GAP, 0));
  const bottom = rows.reduce((sum, { height }) => sum + height + GAP, 0) - GAP;
  const said = at === undefined ? undefined : saysOf(rows, steps, at);

  const point = (event: TargetedPointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - AXIS;
    const index = Math.floor(x / step);
    setAt(index >= 0 && index < length ? index : undefined);
  };
  return (
    <div class="chart" ref={box}>
      <p class="chart-says">{said ?? sum}</p>
      <input
        type="range"
        class="visually-hidden"
        aria-label={steps.stepMs === 60_000 ? 'Minute' : 'Time'}
        aria-valuetext={said}
        min={0}
        max={Math.max(0, length - 1)}
        value={at ?? length - 1}
        onInput={event => setAt(Number(event.currentTarget.value))}
        onBlur={() => setAt(undefined)}
      />
      {width > 0 && (
        <svg
          width={width}
          height={bottom + TICKS_HEIGHT}
          role="img"
          aria-label={label}
          onPointerMove={point}
          onPointerLeave={() => setAt(undefined)}
        >
          {rows.map((row, index) => (
            <Bars key={row.name} row={row} {...{ left: AXIS, top: tops[index] ?? 0, step, at }} />
          ))}
          <ChartTicks steps={steps} {...{ left: AXIS, y: bottom + TICKS_HEIGHT - 4, step, width }} />
        </svg>
      )}
      <ChartTable steps={steps} rows={rows} />
    </div>
  );
}
