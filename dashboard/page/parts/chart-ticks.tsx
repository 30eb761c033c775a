import type { JSX } from 'preact';
import type { Minute } from '../api/contract.ts';
import { hourAndMinute } from '../model/format.ts';

const EVERY_MINUTES = 10;
/** Half of a label's width, in pixels. */
const HALF = 16;

/** The times under a chart, each under its minute; the last one stays inside. */
export function ChartTicks({
  minutes,
  left,
  y,
  step,
  width,
}: {
  readonly minutes: readonly Minute[];
  /** All in pixels. */
  readonly left: number;
  readonly y: number;
  readonly step: number;
  readonly width: number;
}): JSX.Element {
  return (
    <g>
      {minutes.map(({ at }, index) =>
        new Date(at).getMinutes() % EVERY_MINUTES === 0 ? (
          <text
            key={at}
            class="tick"
            x={Math.min(left + (index + 0.5) * step, width - HALF)}
            y={y}
            text-anchor="middle"
          >
            {hourAndMinute(at)}
          </text>
        ) : null,
      )}
    </g>
  );
}
