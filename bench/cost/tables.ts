import { METRICS } from '#lib/telemetry/metrics';
import {
  accessLog,
  busyTickerMonth,
  type Cost,
  costOf,
  type Deployed,
  idleMonth,
  type Load,
  metricsMonth,
  millionWindows,
  OTHERS,
  overdueTickerMonth,
} from './cost.ts';
import { PRICES, PRICES_AS_OF } from './prices.ts';
import { ASSUMED } from './usage.ts';

const usd = (value: number, digits = value < 0.1 ? 3 : 2): string =>
  `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: digits })}`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n');

const MILLION = { items: 1e6, itemsPerAdd: 1, keyed: false, way: 'http' } as const satisfies Load;
const WAYS: readonly (readonly [string, Load])[] = [
  ['singly', MILLION],
  ['singly, with a dedup key', { ...MILLION, keyed: true }],
  ['in bulks of 100', { ...MILLION, itemsPerAdd: 100 }],
  ['in bulks of 100, with dedup keys', { ...MILLION, itemsPerAdd: 100, keyed: true }],
];
const PARTS: readonly (readonly [keyof Cost, string])[] = [
  ['ingest', 'HTTP API and ingest function'],
  ['adds', 'DynamoDB: the adds'],
  ['windows', 'DynamoDB and SQS: the windows'],
  ['functions', 'timer and consumer functions'],
  ['logs', 'logs'],
  ['storage', 'storage, with backup, for 30 days'],
  ['total', '**together**'],
];

const IDLE: readonly (readonly [string, Deployed])[] = [
  ['1 definition', { definitions: 1 }],
  ['10', { definitions: 10 }],
  ['10 in a pool', { definitions: 10, inPool: true }],
  ['100 in a pool', { definitions: 100, inPool: true }],
  ['1 with `concurrency`', { definitions: 1, bounded: true }],
];

/** A month of ten million items a day. */
const MONTH = { items: 300e6 } as const;
const EXAMPLES: readonly (readonly [string, Load])[] = [
  ['10 M a day, singly over HTTP', { ...MILLION, ...MONTH }],
  ['10 M a day, singly over HTTP, with a dedup key', { ...MILLION, ...MONTH, keyed: true }],
  ['10 M a day, in bulks of 100 over HTTP', { ...MILLION, ...MONTH, itemsPerAdd: 100 }],
  [
    '10 M a day, in bulks of 100 from your own processes',
    { ...MILLION, ...MONTH, itemsPerAdd: 100, way: 'process' },
  ],
  [
    '100 groups with an item an hour each, a batch each',
    { ...MILLION, items: 72_000, batchSize: 1, isSeldom: true },
  ],
  ['100 groups in which nothing happens', { ...MILLION, items: 0 }],
];

/** A shop: two million orders a day, each by itself over HTTP, with dedup keys, in batches of 100. */
function month(): readonly (readonly [part: string, how: string, cost: number])[] {
  const load = { ...MILLION, keyed: true } as const;
  const each = costOf(load).total;
  const [items, batchSize] = [60e6, 100];
  const more = items / batchSize - items / ASSUMED.batchSize;
  const watching = metricsMonth(3) + PRICES.dashboardMonth + 10 * PRICES.alarmMonth;
  return [
    ['60 million items, singly, with a dedup key', `60 × ${usd(each)}`, 60 * each],
    [
      'smaller batches: 600,000 of 100 items, where the table has 120,000 of 500',
      `${more / 1e6} million windows × ${usd(millionWindows())}`,
      (more / 1e6) * millionWindows(),
    ],
    ['3 definitions that are idle at night', 'a month of nothing', idleMonth({ definitions: 3 }).total],
    ['metrics of 3 definitions, a dashboard, 10 alarms', 'watching', watching],
  ];
}

const million = (price: number): string => `${usd(price * 1e6, 3)} a million`;

/** The tables of docs/cost.md, by their names there. */
export const COST_TABLES: Readonly<Record<string, string>> = {
  prices: table(
    [`us-east-1, ${PRICES_AS_OF}`, 'price'],
    [
      [
        '[DynamoDB](https://aws.amazon.com/dynamodb/pricing/on-demand/) write unit, read unit',
        `${million(PRICES.writeUnit)}, ${million(PRICES.readUnit)}`,
      ],
      [
        'DynamoDB storage, its point-in-time recovery',
        `${usd(PRICES.tableGbMonth)}, ${usd(PRICES.backupGbMonth)} a GB and month`,
      ],
      ['[SQS](https://aws.amazon.com/sqs/pricing/) request', million(PRICES.sqsRequest)],
      [
        '[Lambda](https://aws.amazon.com/lambda/pricing/) (arm64) request, duration',
        `${million(PRICES.invocation)}, ${million(PRICES.gbSecond)} GB-seconds`,
      ],
      ['[HTTP API](https://aws.amazon.com/api-gateway/pricing/) request', million(PRICES.httpRequest)],
      ['[EventBridge](https://aws.amazon.com/eventbridge/pricing/) event', million(PRICES.event)],
      ['[CloudWatch](https://aws.amazon.com/cloudwatch/pricing/) logs', `${usd(PRICES.logGb)} a GB`],
      [
        'CloudWatch metric, alarm, dashboard',
        `${usd(PRICES.metricMonth)}, ${usd(PRICES.alarmMonth)}, ${usd(PRICES.dashboardMonth)} a month`,
      ],
    ],
  ),
  month: table(
    ['two million orders a day', 'from', 'a month'],
    [
      ...month().map(([part, how, cost]) => [part, how, usd(cost)]),
      ['**together**', '', usd(month().reduce((sum, [, , cost]) => sum + cost, 0))],
    ],
  ),
  million: table(
    ['a million items', ...WAYS.map(([name]) => name)],
    PARTS.map(([part, name]) => [name, ...WAYS.map(([, load]) => usd(costOf(load)[part]))]),
  ),
  idle: table(
    ['a month of nothing, with', ...IDLE.map(([name]) => name)],
    (
      [
        ['queues', 'queues'],
        ['looks', 'the ticker’s looks: a request a minute'],
        ['ticker', 'the ticker’s function'],
        ['polls', 'Lambda’s polling of the queues'],
        ['total', '**together**'],
      ] as const
    ).map(([part, name]) => [
      name,
      ...IDLE.map(([, deployed]) => {
        const value = idleMonth(deployed)[part];
        return part === 'queues' ? String(value) : usd(value);
      }),
    ]),
  ),
  watching: table(
    ['', 'a month'],
    [
      ['The ticker, with a thousand windows and jobs open all the time', usd(busyTickerMonth())],
      ['The ticker, with something overdue all the time', usd(overdueTickerMonth())],
      ['The API’s access log (`http: { accessLog: true }`), of a million requests', usd(accessLog(1e6))],
      [`${Object.keys(METRICS).length} metrics of a definition, if all of them occur`, usd(metricsMonth(1))],
      ['A dashboard', usd(PRICES.dashboardMonth)],
      ['10 alarms', usd(10 * PRICES.alarmMonth)],
    ],
  ),
  examples: table(
    ['a month', 'cost', 'of a million items'],
    EXAMPLES.map(([name, load]) => {
      const { total } = costOf(load);
      return [name, usd(total), load.items === 0 ? '–' : usd((total / load.items) * 1e6)];
    }),
  ),
  others: table(
    ['a million items of 200 bytes', 'cost'],
    [
      ['Cistern, singly, from your own processes', usd(costOf({ ...MILLION, way: 'process' }).total)],
      [
        'Cistern, in bulks of 100, from your own processes',
        usd(costOf({ ...MILLION, itemsPerAdd: 100, way: 'process' }).total),
      ],
      ['An SQS queue, and a function that takes one item at a time', usd(OTHERS.oneByOne())],
      ['An SQS queue, and a function that takes ten', usd(OTHERS.tenByTen())],
      ['Kinesis Data Streams, a shard used to a tenth', usd(OTHERS.kinesis())],
      ['Amazon Data Firehose', usd(OTHERS.firehose())],
    ],
  ),
};

/** A page with its tables as they are now: each is between `<!-- NAME -->` and `<!-- /NAME -->`. */
export const withTables = (page: string): string =>
  Object.entries(COST_TABLES).reduce(
    (text, [name, content]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`),
        (_, before: string, after: string) => `${before}\n\n${content}\n\n${after}`,
      ),
    page,
  );
