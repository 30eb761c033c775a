import type { JSX } from 'preact';
import type { ChartSteps } from '../model/chart.ts';
import { dayAndMonth, hourAndMinute } from '../model/format.ts';

/** Half of a label's width, in pixels. */
const HALF = 16;

/** The times under a chart, each under its step; the last one stays inside. */
export function ChartTicks({
  steps,
  left,
  y,
  step,
  width,
}: {
  readonly steps: ChartSteps;
  /** All in pixels. */
  readonly left: number;
  readonly y: number;
  readonly step: number;
  readonly width: number;
}): JSX.Element {
  return (
    <g>
      {steps.at.map((at, index) => {
        const label = labelOf(at, steps.stepMs);
        return label === undefined ? null : (
          <text
            key={at}
            class="tick"
            x={Math.min(left + (index + 0.5) * step, width - HALF)}
            y={y}
            text-anchor="middle"
          >
            {label}
          </text>
        );
      })}
    </g>
  );
}

/** Ten minutes of an hour, four hours of a day and the days of a week have a label. */
function labelOf(iso: string, stepMs: number): string | undefined {
  const at = new Date(iso);
  if (stepMs <= 60_000) return at.getMinutes() % 10 === 0 ? hourAndMinute(iso) : undefined;
  if (stepMs < 3_600_000) {
    return at.getHours() % 4 === 0 && at.getMinutes() === 0 ? hourAndMinute(iso) : undefined;
  }
  return at.getHours() === 0 ? dayAndMonth(iso) : undefined;
}
