import type { JSX, TargetedPointerEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { Minute } from '../api/contract.ts';
import { counted, hourAndMinute } from '../model/format.ts';
import { ChartRow } from './chart-row.tsx';
import { ChartTicks } from './chart-ticks.tsx';
import { ThroughputTable } from './throughput-table.tsx';
import { useWidth } from './use-width.ts';

/** Pixels. */
const AXIS = 44;
const ITEMS_HEIGHT = 104;
const BATCHES_HEIGHT = 52;
const GAP = 22;
const TICKS_HEIGHT = 20;
const HEIGHT = ITEMS_HEIGHT + GAP + BATCHES_HEIGHT + TICKS_HEIGHT;

/** Items and batches of each of the last minutes: two rows over one time, since their scales differ by far. */
export function ThroughputChart({ minutes }: { readonly minutes: readonly Minute[] }): JSX.Element {
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number | undefined>(undefined);
  const plot = Math.max(0, width - AXIS);
  const step = minutes.length === 0 ? 0 : plot / minutes.length;
  const shown = at === undefined ? undefined : minutes[at];

  const point = (event: TargetedPointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - AXIS;
    const index = Math.floor(x / step);
    setAt(index >= 0 && index < minutes.length ? index : undefined);
  };
  return (
    <div class="chart" ref={box}>
      <p class="chart-says">{shown === undefined ? sumOf(minutes) : ofMinute(shown)}</p>
      <input
        type="range"
        class="visually-hidden"
        aria-label="Minute"
        aria-valuetext={shown === undefined ? undefined : ofMinute(shown)}
        min={0}
        max={Math.max(0, minutes.length - 1)}
        value={at ?? minutes.length - 1}
        onInput={event => setAt(Number(event.currentTarget.value))}
        onBlur={() => setAt(undefined)}
      />
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label="Items and batches per minute over the last hour"
          onPointerMove={point}
          onPointerLeave={() => setAt(undefined)}
        >
          <ChartRow
            name="items"
            values={minutes.map(({ items }) => items)}
            {...{ left: AXIS, top: 0, height: ITEMS_HEIGHT, step, at }}
          />
          <ChartRow
            name="batches"
            values={minutes.map(({ batches }) => batches)}
            {...{ left: AXIS, top: ITEMS_HEIGHT + GAP, height: BATCHES_HEIGHT, step, at }}
          />
          <ChartTicks minutes={minutes} {...{ left: AXIS, y: HEIGHT - 4, step, width }} />
        </svg>
      )}
      <ThroughputTable minutes={minutes} />
    </div>
  );
}

const ofMinute = ({ at, items, batches }: Minute): string =>
  `${hourAndMinute(at)} · ${counted(items, 'item')} · ${counted(batches, 'batch', 'batches')}`;

function sumOf(minutes: readonly Minute[]): string {
  const items = minutes.reduce((sum, minute) => sum + minute.items, 0);
  const batches = minutes.reduce((sum, minute) => sum + minute.batches, 0);
  return `Last hour · ${counted(items, 'item')} · ${counted(batches, 'batch', 'batches')}`;
}
