import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { describe, expect, test } from '@jest/globals';
import { batchStatus } from '../support/answers.ts';
import {
  alarm,
  cloudFormation,
  consumer,
  doctor,
  findings,
  folder,
  mapping,
  QUEUE,
  WELL,
  type World,
} from '../support/doctor-world.ts';
import { runCli } from '../support/run-cli.ts';

describe('cistern doctor', () => {
  test('finds nothing in a deployment that is well, and asks with signed requests', async () => {
    const { exitCode, stdout, stderr, asked } = await doctor();
    expect([exitCode, stdout, stderr]).toEqual([0, 'Nothing was found.\n', '']);
    expect([...asked].sort()).toEqual(['lambda lambda', 'ssm ssm']);
  });

  test('wants a stack', async () => {
    const { exitCode, stderr } = await runCli(['doctor']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('give --stack')]);
  });

  test('ends with 3 for a stack that is not there', async () => {
    cloudFormation.on(GetTemplateCommand).rejects(new Error('Stack with id shop does not exist'));
    const { exitCode, stderr } = await runCli(['doctor', '--stack', 'shop'], { folder });
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('[cli.stack_unusable] The stack "shop"')]);
  });

  test('says what was found, and what to do, and ends with 1', async () => {
    const { exitCode, stdout } = await doctor({ bootstrap: '4' });
    expect(exitCode).toBe(1);
    expect(stdout).toBe(
      "problem [bootstrap] CDK's bootstrap has version 4, and the stack needs 6.\n  Run `npx cdk bootstrap` for the account and region before the next deployment.\n",
    );
  });

  test('ends with 0 where it only warns', async () => {
    const { exitCode, all } = await findings({ resources: { ...WELL, Alarm: alarm([]) } });
    expect([exitCode, all]).toEqual([
      0,
      [['alarms', 'warning', expect.stringContaining("None of the stack's 1 alarms tells anybody")]],
    ]);
  });

  test.each<[string, World, string, string, string]>([
    [
      'an account that is not bootstrapped',
      { bootstrap: 'none' },
      'bootstrap',
      'problem',
      'npx cdk bootstrap',
    ],
    [
      'fewer invocations than the definitions ask for',
      {
        resources: { ...WELL, Source: mapping({ ScalingConfig: { MaximumConcurrency: 50 } }) },
        concurrency: 40,
      },
      'concurrency',
      'problem',
      'The definitions ask for 55 invocations at a time, and the account and region have 40.',
    ],
    [
      'pollers that can run more than there is',
      {
        resources: { ...WELL, Source: mapping({ ProvisionedPollerConfig: { MaximumPollers: 20 } }) },
        concurrency: 150,
      },
      'concurrency',
      'problem',
      'The definitions ask for 205',
    ],
    [
      'reserved invocations that leave too few',
      {
        resources: { ...WELL, Orders: consumer({}, { ReservedConcurrentExecutions: 950 }) },
        concurrency: 1_000,
      },
      'concurrency',
      'problem',
      'Lambda keeps 100 unreserved',
    ],
    [
      'a small account without bounds',
      { concurrency: 10 },
      'concurrency',
      'warning',
      '1 consumers have no bound',
    ],
    [
      'a quota of table writes that is too low',
      { writes: 1_000 },
      'table_writes',
      'problem',
      'made for 4000',
    ],
    [
      'a stack that is nearly full',
      {
        resources: {
          ...WELL,
          ...Object.fromEntries(
            Array.from({ length: 470 }, (_, i) => [`R${i}`, { Type: 'AWS::SNS::Topic', Properties: {} }]),
          ),
        },
      },
      'stack_resources',
      'warning',
      '474 of 500 resources: room for 3 more definitions',
    ],
    [
      'a stack without alarms',
      { resources: { Jobs: QUEUE, Orders: consumer({}), Source: mapping() } },
      'alarms',
      'warning',
      'no alarms',
    ],
  ])('tells of %s', async (_, world, check, level, message) => {
    const { exitCode, all } = await findings(world);
    expect(all).toEqual([[check, level, expect.stringContaining(message)]]);
    expect(exitCode).toBe(level === 'problem' ? 1 : 0);
  });

  test('says what it may not look at, and looks at the rest', async () => {
    const { exitCode, all } = await findings({ refused: 'lambda', bootstrap: 'none' });
    expect(exitCode).toBe(1);
    expect(all).toEqual([
      ['bootstrap', 'problem', expect.anything()],
      [
        'concurrency',
        'unknown',
        expect.stringMatching(/answered with 403: not allowed.*lambda:GetAccountSettings/),
      ],
    ]);
  });
});

describe('functions in a VPC', () => {
  const resources = { ...WELL, Orders: consumer({ CISTERN_BATCH: 'orders' }, { VpcConfig: {} }) };
  const vpc = (services: readonly string[], route: string, association: string) => (action: string) =>
    action === 'DescribeVpcEndpoints'
      ? `<?xml version="1.0"?><DescribeVpcEndpointsResponse xmlns="x"><vpcEndpointSet>${services
          .map(service => `<item><serviceName>com.amazonaws.eu-west-1.${service}</serviceName></item>`)
          .join('')}</vpcEndpointSet></DescribeVpcEndpointsResponse>`
      : `<DescribeRouteTablesResponse><routeTableSet><item><routeSet><item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId></item>${route}</routeSet><associationSet><item>${association}</item></associationSet><tagSet/></item></routeTableSet></DescribeRouteTablesResponse>`;
  const out = (by: string) => `<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>${by}</item>`;
  const OWN = '<subnetId>subnet-1</subnetId>';

  test.each([
    { by: 'endpoints', ec2: vpc(['dynamodb', 'sqs'], '', OWN) },
    { by: 'a NAT gateway', ec2: vpc([], out('<natGatewayId>nat-1</natGatewayId>'), OWN) },
    {
      by: 'the main route table',
      ec2: vpc([], out('<natGatewayId>nat-1</natGatewayId>'), '<main>true</main>'),
    },
  ])('reach what they need by $by', async ({ ec2 }) => {
    expect((await findings({ resources, ec2 })).all).toEqual([]);
  });

  test.each([
    { without: 'an endpoint for SQS', ec2: vpc(['dynamodb'], '', OWN), missing: ['sqs'] },
    {
      without: 'more than an internet gateway, which has no use for them',
      ec2: vpc([], out('<gatewayId>igw-1</gatewayId>'), OWN),
      missing: ['dynamodb', 'sqs'],
    },
  ])('cannot reach it without $without', async ({ ec2, missing }) => {
    const { exitCode, all } = await findings({ resources, ec2 });
    expect(exitCode).toBe(1);
    expect(all).toEqual(
      missing.map(service => [
        'network',
        'problem',
        expect.stringContaining(`vpc-1 has no endpoint for ${service}`),
      ]),
    );
  });
});

describe('definitions that the next deployment would', () => {
  const args = (source: string): readonly string[] => {
    const file = join(folder, `batches-${source.length}.mjs`);
    const index = join(import.meta.dirname, '../../lib/index.ts');
    writeFileSync(
      file,
      `import { batch } from ${JSON.stringify(index)};\nconst common = { maxSize: 1, maxWaitMs: 1_000, handler: () => {} };\n${source}`,
    );
    return ['--batches', file];
  };
  const none = { waiting: 0, active: 0, retrying: 0, parked: 0, completed: 4, failed: 0, dead: 0 };
  const idle = batchStatus('orders', { jobs: none, buffers: { open: 0, items: 0 } });
  const other = args("export const other = batch({ ...common, name: 'other' });");
  const inPool = args("export const orders = batch({ ...common, name: 'orders', pool: 'small' });");

  test('keep are no finding', async () => {
    const same = args("export const orders = batch({ ...common, name: 'orders' }); // the same");
    expect((await findings({ batches: [batchStatus('orders')], args: same })).all).toEqual([]);
  });

  test('remove are a problem where something waits', async () => {
    const { exitCode, all } = await findings({ batches: [batchStatus('orders')], args: other });
    expect(exitCode).toBe(1);
    expect(all).toEqual([
      [
        'definitions',
        'problem',
        expect.stringContaining('1234 items are buffered and 6 jobs have not ended'),
      ],
    ]);
  });

  test('remove are a warning where nothing does', async () => {
    const { exitCode, all } = await findings({ batches: [idle], args: other });
    expect(exitCode).toBe(0);
    expect(all).toEqual([['definitions', 'warning', expect.stringContaining('Nothing of it waits')]]);
  });

  test('move into a pool are a warning', async () => {
    const { all } = await findings({ batches: [batchStatus('orders')], args: inPool });
    expect(all).toEqual([['definitions', 'warning', expect.stringContaining('moves to the pool small')]]);
  });

  test('move are a problem where items are in memory and messages alone', async () => {
    const memory = batchStatus('orders', {
      options: { maxSize: 1, maxWaitMs: 1, grouped: false, persist: false, shards: 1, tags: [] },
    });
    const { all } = await findings({ batches: [memory], args: inPool });
    expect(all).toEqual([['definitions', 'problem', expect.stringContaining('persist: false')]]);
  });
});
