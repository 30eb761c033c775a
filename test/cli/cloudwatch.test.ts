import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { METRICS } from '#lib/telemetry/metrics';
import { awsEnvironment } from '../support/aws-environment.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

const cloudFormation = mockClient(CloudFormationClient);
const API = 'https://abc123.execute-api.eu-west-1.amazonaws.com';
const HOUR = 3_600_000;
/** Half an hour after a whole one. */
const NOW = Date.parse('2026-03-01T12:30:00Z');

awsEnvironment();
afterEach(() => void cloudFormation.reset());

type Metrics = Readonly<Record<string, readonly (readonly [at: string, value: number])[]>>;

/** Answers GetMetricData as CloudWatch does: a result for each query, `perPage` of them an answer. */
async function cloudWatch(request: Request, metrics: Metrics, perPage = 100): Promise<Response> {
  const said = new URLSearchParams(await request.text());
  expect([said.get('Action'), said.get('Version')]).toEqual(['GetMetricData', '2010-08-01']);
  const ids = [...said.keys()].filter(key => /^MetricDataQueries\.member\.\d+\.Id$/.test(key));
  const from = Number(said.get('NextToken') ?? 0);
  const results = ids.slice(from, from + perPage).map(key => {
    const query = key.slice(0, -'.Id'.length);
    const stat = `${query}.MetricStat`;
    const of = (name: string) => said.get(`${stat}.${name}`) ?? '';
    expect(of('Metric.Namespace')).toBe('Cistern');
    expect(METRICS).toHaveProperty(of('Metric.MetricName'));
    expect([1, 2].map(n => of(`Metric.Dimensions.member.${n}.Value`))).toEqual(['shop', 'clicks']);
    const values = metrics[`${of('Metric.MetricName')} ${of('Stat')}`] ?? [];
    const list = (name: string, all: readonly unknown[]) =>
      `<${name}>${all.map(each => `<member>${each}</member>`).join('')}</${name}>`;
    return `<member>
      <Id>${said.get(key)}</Id><Label>x</Label><StatusCode>Complete</StatusCode>
      ${list(
        'Timestamps',
        values.map(([at]) => at),
      )} ${list(
        'Values',
        values.map(([, value]) => value),
      )}
    </member>`;
  });
  const next = from + perPage < ids.length ? `<NextToken>${from + perPage}</NextToken>` : '';
  return new Response(`<?xml version="1.0"?>
    <GetMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">
      <GetMetricDataResult><MetricDataResults>${results.join('')}</MetricDataResults>${next}<Messages/></GetMetricDataResult>
      <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
    </GetMetricDataResponse>`);
}

interface World {
  /** How CloudWatch answers. */
  readonly answer: (request: Request) => Response | Promise<Response>;
  readonly paths: readonly string[];
  readonly now?: () => number;
}

/** Opens a stack's dashboard, and asks its server for these paths, one after the other. */
async function charts({ answer, paths, now = () => NOW }: World) {
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        ...{ StackName: 'shop', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' },
        Outputs: [{ OutputKey: 'ApiEndpoint', OutputValue: API }],
      },
    ],
  });
  const control = new AbortController();
  const api = new MemoryApi();
  const asked: Request[] = [];
  const answers: { status: number; body: Record<string, unknown> }[] = [];
  await runCli(['dashboard', '--stack', 'shop'], {
    now,
    interrupted: control.signal,
    fetch: async request => {
      const { host, pathname } = new URL(request.url);
      if (host.startsWith('monitoring.')) {
        asked.push(request.clone());
        return answer(request);
      }
      if (pathname === '/health') return Response.json({ status: 'ok', deployment: 'shop' });
      return pathname.endsWith('/metrics')
        ? Response.json({ source: 'records', points: [] }, { headers: { date: 'now' } })
        : api.fetch(request);
    },
    dashboard: async () => ({
      newToken: () => 'secret',
      dashboardUrl: base => {
        void (async () => {
          for (const path of paths) {
            const response = await fetch(base + path.slice(1));
            answers.push({ status: response.status, body: (await response.json()) as never });
          }
        })().finally(() => control.abort('SIGINT'));
        return base;
      },
      dashboardApp:
        ({ api: ask }) =>
        request =>
          ask(request),
    }),
  });
  return { answers, asked };
}

const WEEK = '/v1/batches/clicks/metrics?span=week';
const AT = '2026-03-01T11:00:00Z';

test('charts of a week come from CloudWatch, in the steps of the page', async () => {
  const metrics: Metrics = {
    'ItemsAdded Sum': [[AT, 900]],
    'FlushedBySize Sum': [[AT, 2]],
    'FlushedByTime Sum': [
      ['2026-02-27T08:00:00Z', 1],
      [AT, 1],
    ],
    'BatchSize Sum': [[AT, 870]],
    'BatchSize p50': [[AT, 300]],
    'BatchSize p99': [[AT, 399.6]],
    'BatchSize Maximum': [[AT, 400]],
    'HandlerDuration p50': [[AT, 90]],
    'BatchesCompleted Sum': [[AT, 2]],
    'BatchesDead Sum': [[AT, 1]],
    'Retries Sum': [[AT, 3]],
  };
  const { answers, asked } = await charts({
    answer: request => cloudWatch(request, metrics, 9),
    paths: [WEEK],
  });
  expect(answers[0]?.body).toEqual({
    source: 'cloudwatch',
    from: new Date(NOW - 7 * 24 * HOUR).toISOString(),
    to: new Date(NOW).toISOString(),
    stepMs: HOUR,
    partial: false,
    points: [
      {
        at: '2026-02-27T08:00:00.000Z',
        ...{ flushed: 0, retries: 0, reasons: { time: 1 } },
        batches: { flushed: 1, completed: 0, failed: 0 },
      },
      {
        at: '2026-03-01T11:00:00.000Z',
        ...{ added: 900, flushed: 870, retries: 3, reasons: { size: 2, time: 1 } },
        batches: { flushed: 3, completed: 2, failed: 1 },
        size: { p50: 300, p99: 400, most: 400 },
      },
    ],
  });
  expect(asked.length).toBeGreaterThan(1);
  expect(asked[0]?.url).toBe('https://monitoring.eu-west-1.amazonaws.com/');
  expect(asked[0]?.headers.get('authorization')).toContain('/eu-west-1/monitoring/aws4_request');
  const said = new URLSearchParams(await asked[0]?.text());
  expect([said.get('StartTime'), said.get('MetricDataQueries.member.1.MetricStat.Period')]).toEqual([
    '2026-02-22T12:00:00.000Z',
    '3600',
  ]);
});

test('a day has steps of 15 minutes, and is asked for once a minute', async () => {
  let time = NOW;
  const { answers, asked } = await charts({
    answer: request => cloudWatch(request, { 'BatchesDead Sum': [['2026-03-01T12:15:00Z', 1]] }),
    paths: [1, 2, 3].map(() => '/v1/batches/clicks/metrics?span=day'),
    now: () => {
      time += 10_000;
      return time;
    },
  });
  expect(answers.map(({ body }) => [body['source'], body['stepMs']])).toEqual(
    [1, 2, 3].map(() => ['cloudwatch', 900_000]),
  );
  expect(asked).toHaveLength(1);
});

test.each([
  ['has no metrics', () => cloudWatch, 'CloudWatch has no metrics of this batch in this time.'],
  [
    'refuses',
    () => () => new Response('<Message>not authorized</Message>', { status: 403 }),
    'not authorized',
  ],
  ['says nothing', () => () => Promise.reject(new Error('no route')), 'did not answer'],
])('where CloudWatch %s, the API answers, and the answer says why', async (_, make, reason) => {
  const answer = make() as (request: Request, metrics: Metrics) => Promise<Response>;
  const { answers } = await charts({ answer: request => answer(request, {}), paths: [WEEK] });
  expect(answers[0]).toMatchObject({
    status: 200,
    body: { source: 'records', notFromCloudWatch: expect.stringContaining(reason) },
  });
});

test('the last hour and a single group are the API’s, and CloudWatch is not asked', async () => {
  const { answers, asked } = await charts({
    answer: request => cloudWatch(request, {}),
    paths: ['/v1/batches/clicks/metrics?span=hour', `${WEEK}&group=g`, '/v1/batches/clicks/metrics'],
  });
  expect(answers.map(({ body }) => body['notFromCloudWatch'])).toEqual([
    undefined,
    'CloudWatch has no metrics of single groups.',
    undefined,
  ]);
  expect(asked).toEqual([]);
});
