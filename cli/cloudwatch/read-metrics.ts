import { FLUSH_METRICS, type MetricName } from '#lib/telemetry/metrics';
import type { AwsRequests } from '../connect/aws-requests.ts';
import type { Xml } from '../connect/xml.ts';
import type { ChartsAnswer } from '../start/dashboard-page.ts';
import { CLOUDWATCH_SPANS, type MetricsQuestion, metricQueries, queryId } from './metric-queries.ts';

/** Answers of a request that are read. One has all figures of a week; CloudWatch may cut it into several. */
const PAGES = 10;

type Values = ReadonlyMap<number, number>;
type Point = ChartsAnswer['points'][number];

/**
 * Reads a batch's metrics from CloudWatch.
 *
 * @returns undefined if CloudWatch has none of that time
 * @throws AwsRequestError
 */
export async function readMetrics(
  aws: Pick<AwsRequests, 'form'>,
  question: MetricsQuestion,
): Promise<ChartsAnswer | undefined> {
  const queries = metricQueries(question);
  const results = new Map<string, Map<number, number>>();
  let partial = false;
  let token = '';
  for (let page = 0; page === 0 || token !== ''; page++) {
    if (page === PAGES) {
      partial = true;
      break;
    }
    const answer = await aws.form('monitoring', 'GetMetricData', {
      ...queries,
      ...(token !== '' && { NextToken: token }),
    });
    const result = child(child(answer, 'GetMetricDataResponse'), 'GetMetricDataResult');
    for (const each of members(child(result, 'MetricDataResults'))) addValues(results, each);
    token = result?.of('NextToken') ?? '';
    // `PartialData` is that there is another page
    partial ||= members(child(result, 'MetricDataResults')).some(
      each => !['Complete', 'PartialData', ''].includes(each.of('StatusCode')),
    );
  }
  const { ms, stepMs } = CLOUDWATCH_SPANS[question.span];
  const times = [...new Set([...results.values()].flatMap(values => [...values.keys()]))];
  if (times.length === 0) return undefined;
  return {
    ...{ source: 'cloudwatch', stepMs, partial },
    from: new Date(question.now - ms).toISOString(),
    to: new Date(question.now).toISOString(),
    points: times.sort((a, b) => a - b).map(at => pointAt(at, results)),
  };
}

const child = (parent: Xml | undefined, name: string): Xml | undefined => parent?.all(name)[0];
const members = (list: Xml | undefined): readonly Xml[] => list?.all('member') ?? [];

function addValues(results: Map<string, Map<number, number>>, result: Xml): void {
  const id = result.of('Id');
  const values = results.get(id) ?? new Map<number, number>();
  results.set(id, values);
  const numbers = members(child(result, 'Values'));
  for (const [index, { text }] of members(child(result, 'Timestamps')).entries()) {
    const [at, value] = [Date.parse(text), Number(numbers[index]?.text)];
    if (Number.isFinite(at) && Number.isFinite(value)) values.set(at, value);
  }
}

/** Makes a step. CloudWatch counts batches that end, and no items of them. */
function pointAt(at: number, results: ReadonlyMap<string, Values>): Point {
  const value = (id: string) => results.get(id)?.get(at);
  const sum = (name: MetricName) => Math.round(value(queryId(name)) ?? 0);
  const spread = (name: MetricName) => {
    const [p50, p99, most] = (['p50', 'p99', 'Maximum'] as const).map(stat => value(queryId(name, stat)));
    if (p50 === undefined || p99 === undefined || most === undefined) return undefined;
    return { p50: Math.round(p50), p99: Math.round(p99), most: Math.round(most) };
  };
  const reasons = Object.fromEntries(
    Object.entries(FLUSH_METRICS)
      .map(([reason, name]) => [reason, sum(name)] as const)
      .filter(([, count]) => count > 0),
  );
  const spreads = {
    size: spread('BatchSize'),
    lateness: spread('FlushLateness'),
    duration: spread('HandlerDuration'),
  };
  return {
    at: new Date(at).toISOString(),
    ...(value(queryId('ItemsAdded')) !== undefined && { added: sum('ItemsAdded') }),
    flushed: sum('BatchSize'),
    retries: sum('Retries'),
    batches: {
      flushed: Object.values(reasons).reduce((all, count) => all + count, 0),
      completed: sum('BatchesCompleted'),
      failed: sum('BatchesDead'),
    },
    reasons,
    ...Object.fromEntries(Object.entries(spreads).filter(([, each]) => each !== undefined)),
  };
}
