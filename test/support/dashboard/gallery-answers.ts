import type {
  Answer,
  BatchMetrics,
  BatchStatus,
  GroupStatus,
  JobLog,
  JobStatus,
  OperatorAction,
} from '../../../dashboard/page/api/contract.ts';

export const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '__proto__',
  'مرحبا بالعالم',
  '日本語のグループ名',
  '',
  `long-${'x'.repeat(10_000)}`,
];
export const SITES = [
  'example.com',
  'shop.example.org',
  'blog.example.net',
  'docs.example.com',
  'status.example.io',
];

export const start = Date.now();
export const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
export const ahead = (ms: number): string => new Date(Date.now() + ms).toISOString();
/** A fixed time, so that ages grow as they would. */
export const before = (ms: number): string => new Date(start - ms).toISOString();

export function batches(): BatchStatus[] {
  return [
    status('clicks', { items: 8_412, open: 37, scale: 4_300, options: { maxSize: 500, grouped: true } }),
    status('departures', {
      ...{ items: 41, open: 1, scale: 320, jobs: { dead: 0, failed: 0, retrying: 0 } },
      options: { maxSize: 100, tags: ['warehouse'] },
    }),
    status('invoices:eu', {
      paused: true,
      items: 1_204,
      open: 1,
      scale: 12,
      jobs: { parked: 14, active: 0 },
    }),
    status('audit-log', { draining: true, items: 0, open: 0, scale: 90, jobs: { waiting: 11, active: 4 } }),
    status('emails', { paused: true, ingestionPaused: true, items: 0, open: 0, scale: 0, jobs: {} }),
  ];
}

interface Shape {
  readonly items: number;
  readonly open: number;
  readonly scale: number;
  readonly paused?: boolean;
  readonly ingestionPaused?: boolean;
  readonly draining?: boolean;
  readonly jobs?: Partial<Record<JobStatus, number>>;
  readonly options?: Partial<BatchStatus['options']>;
}

function status(batch: string, shape: Shape): BatchStatus {
  const busy = batch === 'clicks';
  const none = { waiting: 0, active: 0, retrying: 0, parked: 0, completed: 0, failed: 0, dead: 0 };
  return {
    batch,
    paused: shape.paused ?? false,
    ingestionPaused: shape.ingestionPaused ?? false,
    draining: shape.draining ?? false,
    ...(shape.paused && { since: before(1_900_000) }),
    options: {
      ...{ maxSize: 1_000, maxWaitMs: 60_000, maxBytes: 5_000_000, grouped: false, deduplicated: busy },
      ...{ persist: true, shards: busy ? 4 : 1, concurrency: 10, timeout: 30_000 },
      retries: { max: 3, strategy: 'exponential', baseDelay: 1_000, maxDelay: 60_000, jitter: true },
      ...{ deadLetter: true, throttle: { max: 20, duration: 1_000 }, quietMs: 1_500, ordered: busy },
      tags: busy ? ['warehouse', 'eu-west'] : [],
      ...shape.options,
    },
    buffers: {
      ...{ open: shape.open, items: shape.items, asOf: ago(400) },
      ...(shape.open > 0 && { oldestItemAt: ago(38_000 + (Date.now() % 9_000)) }),
    },
    jobs: busy
      ? { ...none, waiting: 12, active: 3, retrying: 2, completed: 18_204, failed: 1, dead: 4, capped: true }
      : { ...none, completed: shape.scale * 6, ...shape.jobs },
    throughput: {
      minutes: minutes(shape.scale),
      lastMinute: {
        ...{ added: shape.scale, flushed: shape.scale, completed: shape.scale },
        ...{ failed: busy ? 40 : 0, failedAttempts: busy ? 2 : 0 },
      },
      partial: false,
    },
    lastErrors: busy
      ? [
          ...[7, 9].map(n => ({
            ...{ job: id(n), group: HOSTILE[n - 7] ?? '', at: before(n * 11_000), status: 'dead' as const },
            message: 'TypeError: Cannot read properties of undefined (reading "site")',
          })),
          {
            ...{ job: id(5), group: 'example.com', at: before(4_000), status: 'retrying' },
            message: 'ConnectionError: The warehouse did not answer within 10 s',
          },
        ]
      : [],
  };
}

const minutes = (scale: number) =>
  Array.from({ length: 60 }, (_, index) => {
    const wave = 0.62 + 0.28 * Math.sin(index / 7) + 0.1 * Math.sin(index * 2.7);
    const items = Math.round(scale * wave * (index === 59 ? 0.4 : 1) * (index > 21 && index < 25 ? 0.08 : 1));
    const at = Math.floor(Date.now() / 60_000) * 60_000 - (59 - index) * 60_000;
    const failed = index % 11 === 0 ? Math.round(items / 20) : 0;
    const counts = { items, batches: Math.ceil(items / 420), added: items, flushed: items, failed };
    return { at: new Date(at).toISOString(), ...counts, failedAttempts: failed === 0 ? 0 : 1 };
  });

export function groups(): GroupStatus[] {
  const names = [...SITES, ...HOSTILE];
  return names.map((group, index) => ({
    group,
    items: Math.round(500 * ((index * 0.37 + 0.18) % 1)),
    maxSize: 500,
    openedAt: before(3_000 + index * 4_000),
    deadline: ahead(1_000 + ((index * 7_000) % 57_000)),
  }));
}

const SOURCES: Readonly<Record<string, BatchMetrics['source']>> = { hour: 'process', day: 'cloudwatch' };

export function metrics(span: string): BatchMetrics {
  const stepMs = { hour: 60_000, day: 900_000, week: 3_600_000 }[span] ?? 60_000;
  const steps = { hour: 60, day: 96, week: 168 }[span] ?? 60;
  const first = Math.floor(Date.now() / stepMs) - steps + 1;
  const spread = (p50: number) => ({ p50: Math.round(p50), p99: Math.round(p50 * 2.4), most: p50 * 3 });
  return {
    ...{ source: SOURCES[span] ?? 'records', stepMs, partial: span === 'week' },
    ...(span === 'week' && { notFromCloudWatch: 'CloudWatch has no metrics of single groups.' }),
    ...{ from: new Date(first * stepMs).toISOString(), to: ago(0) },
    points: Array.from({ length: steps }, (_, index) => {
      const wave = 1 + 0.5 * Math.sin(index / 9) + 0.2 * Math.sin(index * 2.1);
      const flushed = Math.round(12 * wave);
      const failed = index % 17 === 0 ? 2 : 0;
      return {
        at: new Date((first + index) * stepMs).toISOString(),
        ...{ added: flushed * 410, flushed: flushed * 410 },
        // CloudWatch counts batches and retries, and no items that end
        ...(span === 'day'
          ? { retries: failed * 2 }
          : { completed: flushed * 400, failed: failed * 410, failedAttempts: failed * 3 }),
        batches: { flushed, completed: flushed - failed, failed },
        reasons: { size: Math.round(flushed * 0.7), time: Math.floor(flushed * 0.3) },
        ...{ size: spread(180 * wave), lateness: spread(14 * wave), duration: spread(900 * wave) },
      };
    }).filter((_, index) => index < steps * 0.4 || index > steps * 0.45),
  };
}

export const actions = (): OperatorAction[] => [
  {
    ...{ at: before(1_900_000), action: 'pause', batch: 'invoices:eu', asked: '{"ingestion":false}' },
    ...{ by: 'arn:aws:sts::123456789012:assumed-role/Operator/jane@example.com', from: '203.0.113.7' },
  },
  { at: before(2_400_000), action: 'redrive', batch: 'clicks', job: id(7), from: '127.0.0.1' },
  {
    ...{ at: before(90_000_000), action: 'redrive', batch: 'clicks', by: HOSTILE[0] ?? '' },
    ...{ asked: `{"error":"${'x'.repeat(400)}"}`, result: '{"redriven":25,"refused":0}' },
  },
];

export const SCHEMA = {
  type: 'object',
  required: ['id', 'site', 'at'],
  properties: {
    id: { type: 'string', description: 'of the click' },
    ...{ site: { type: 'string' }, at: { type: 'integer' }, mobile: { type: 'boolean' } },
    ...{ kind: { enum: ['view', 'buy'] }, path: { type: 'array', items: { type: 'string' } } },
  },
};

export const log = (job: string): JobLog =>
  job === id(1)
    ? {
        job,
        lines: [
          {
            at: before(8_500),
            level: 'info',
            message: 'inserting 498 rows',
            attempt: 1,
            data: '{"table":"clicks"}',
          },
          { at: before(4_000), level: 'warn', message: '<b>slow</b> answer of the warehouse', attempt: 1 },
          { at: before(2_000), level: 'error', message: 'x'.repeat(300), attempt: 1 },
        ],
      }
    : {
        job,
        cloudwatch: {
          logGroup: '/aws/lambda/shop-production-on-clicks',
          query: `fields @timestamp, level, message\n| filter job = "${job}"`,
          ...{ from: before(90_000), to: ago(0) },
          url: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:logs-insights',
        },
      };

export const errors = (): Answer<'GET /v1/batches/{batch}/errors'> => ({
  errors: [
    {
      name: 'TypeError',
      message: 'Cannot read properties of undefined (reading "site")\n    at insert (handlers/clicks.ts:…)',
      example:
        'Cannot read properties of undefined (reading "site")\n    at insert (handlers/clicks.ts:41:22)',
      ...{ jobs: 2, ended: 2, items: 654, firstAt: before(86_000), lastAt: before(18_000) },
      latest: [id(7), id(8)],
    },
    {
      ...{ name: 'ConstraintError', message: 'duplicate key …', example: 'duplicate key c17' },
      ...{ jobs: 1, ended: 1, items: 78, firstAt: before(18_000), lastAt: before(18_000), latest: [id(7)] },
    },
    {
      ...{ name: 'ConnectionError', message: 'The warehouse did not answer within … s' },
      example: 'The warehouse did not answer within 10 s',
      ...{ jobs: 1, ended: 0, items: 0, firstAt: before(30_000), lastAt: before(30_000), latest: [id(5)] },
    },
  ],
  ...{ jobs: 3, partial: true },
});

export const peeked = () => ({
  ...{ job: id(0), deadline: ahead(14_000), unsettled: 3, cursor: 'more', asOf: ago(0) },
  items: Array.from({ length: 24 }, (_, n) => ({
    slot: n + (n > 11 ? 3 : 0),
    bytes: 92 + n,
    ageMs: 8_400 - n * 173,
    item: {
      id: `c${n}`,
      site: SITES[n % 5],
      path: n % 4 === 0 ? `/shop/${'x'.repeat(300)}` : '/<b>cart</b>',
    },
  })),
});

export const id = (n: number): string => `0193a7c2-5b1e-7c3d-9f10-ab34cd56${String(n * 97).padStart(4, '0')}`;
