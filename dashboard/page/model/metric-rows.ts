import type { BatchMetrics, MetricPoint } from '../api/contract.ts';
import { type ChartRow, type ChartSteps, topOf } from './chart.ts';

/** A batch's metrics as charts: a title, and rows over the same steps. */
export interface MetricCharts {
  readonly steps: ChartSteps;
  readonly items: readonly ChartRow[];
  readonly times: readonly ChartRow[];
  readonly batches: readonly ChartRow[];
  readonly failures: readonly ChartRow[];
}

const HEIGHT = 76;
const COUNTED = ['added', 'flushed', 'completed'] as const;
const TONES = { added: 'plain', flushed: 'water', completed: 'good' } as const;
const FAILURES: readonly [name: string, of: (point: MetricPoint) => number | undefined][] = [
  ['failed attempts', point => point.failedAttempts],
  ['retries', point => point.retries],
  ['failed batches', point => point.batches.failed],
  ['failed items', point => point.failed],
];

export function metricCharts({ source, from, to, stepMs, points }: BatchMetrics): MetricCharts {
  const first = Math.floor(Date.parse(from) / stepMs);
  const last = Math.floor((Date.parse(to) - 1) / stepMs);
  const by = new Map(points.map(point => [Math.floor(Date.parse(point.at) / stepMs), point]));
  const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => by.get(first + index));
  const reasons = [...new Set(points.flatMap(point => Object.keys(point.reasons)))] as Reason[];
  const flushed = topOf(
    all.map(point => point?.batches.flushed),
    [0],
  );
  return {
    steps: { at: all.map((_, index) => new Date((first + index) * stepMs).toISOString()), stepMs },
    items: COUNTED.filter(name => isCounted(points, name)).map((name, _, names) => ({
      // CloudWatch hears of adds from the deployment's own functions alone
      ...countRow(
        name === 'added' && source === 'cloudwatch' ? 'added by functions' : name,
        all,
        point => point[name],
      ),
      tone: TONES[name],
      most: topOf(...names.map(each => all.map(point => point?.[each]))),
    })),
    times: [
      spreadRow('lateness', all, 'ms', 'water', point => point.lateness),
      spreadRow('duration', all, 'ms', 'good', point => point.duration),
    ],
    batches: [
      spreadRow('size', all, 'count', 'water', point => point.size),
      ...reasons.sort().map(reason => ({
        ...countRow(`flushed by ${reason}`, all, point => point.reasons[reason] ?? 0),
        ...{ tone: 'plain' as const, most: flushed },
      })),
      // where no items of them are counted
      ...(isCounted(points, 'completed')
        ? []
        : [{ ...countRow('completed', all, point => point.batches.completed), tone: 'good' as const }]),
    ],
    failures: FAILURES.filter(([, of]) => points.some(point => of(point) !== undefined)).map(([name, of]) =>
      countRow(name, all, of),
    ),
  };
}

/** A figure that is not counted has no row. */
const isCounted = (points: readonly MetricPoint[], name: (typeof COUNTED)[number]): boolean =>
  points.some(point => point[name] !== undefined);

type Reason = keyof MetricPoint['reasons'];
type Points = readonly (MetricPoint | undefined)[];

function countRow(name: string, points: Points, of: (point: MetricPoint) => number | undefined): ChartRow {
  const values = points.map(point => (point && of(point)) ?? 0);
  return { name, values, unit: 'count', tone: 'bad', height: HEIGHT - 18, most: topOf(values) };
}

function spreadRow(
  name: string,
  points: Points,
  unit: ChartRow['unit'],
  tone: ChartRow['tone'],
  of: (point: MetricPoint) => { readonly p50: number; readonly p99: number } | undefined,
): ChartRow {
  const spreads = points.map(point => point && of(point));
  const values = spreads.map(spread => spread?.p99);
  const front = spreads.map(spread => spread?.p50);
  return { name, values, front, labels: ['p99', 'p50'], unit, tone, height: HEIGHT, most: topOf(values) };
}
