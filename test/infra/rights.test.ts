import { describe, expect, test } from '@jest/globals';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Stack } from 'aws-cdk-lib/core';
import { ADMIN_ACTIONS, consumerOf } from '#lib/topology';
import { Tracing } from '../../infra/index.ts';
import { rightsOf } from './rights.ts';
import { BATCHES, batchesNamed, STACK_HOLDS, synthesise } from './synthesise.ts';

const shop = synthesise('shop', BATCHES);
const { functions, consumers } = shop.topology;
const names = [...Object.values(functions), ...consumers.map(each => each.function)].map(({ name }) => name);

const TABLE = 'shop';
const DUE = `${TABLE}/index/due`;
const JOBS = `${TABLE}/index/jobs`;
const TIMER = 'shop-timer';
const QUERY = ['dynamodb:Query'];
const SEND = ['sqs:SendMessage'];
const HIDE = ['sqs:ChangeMessageVisibility'];
const RECEIVE = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const on = (...actions: string[]) => actions.map(action => `dynamodb:${action}`);
const each = (queues: readonly { readonly name: string }[], actions: string[]) =>
  Object.fromEntries(queues.map(({ name }) => [name, actions]));
const DEAD = 'shop-dead';
const toAllJobs = each(
  consumers.map(({ jobs }) => jobs),
  SEND,
);
const log = (name: string) => ({ [`/aws/lambda/${name}`]: ['logs:CreateLogStream', 'logs:PutLogEvents'] });

// that these are the requests which the code makes is what requests.test.ts shows
describe('each function may do what its code does, and nothing else', () => {
  test('ingest adds, seals and publishes', () => {
    expect(rightsOf(shop, functions.ingest.name)).toEqual({
      [TABLE]: on('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
      ...toAllJobs,
      [TIMER]: SEND,
      ...log('shop-ingest'),
    });
  });

  test('timer seals and publishes', () => {
    expect(rightsOf(shop, functions.timer.name)).toEqual({
      [TABLE]: on('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
      ...toAllJobs,
      [TIMER]: [...RECEIVE, ...SEND],
      ...log('shop-timer'),
    });
  });

  test('ticker finds what is due, prolongs it, and sends what was lost', () => {
    expect(rightsOf(shop, functions.ticker.name)).toEqual({
      [DUE]: on('Query', 'Scan'),
      [JOBS]: QUERY,
      [TABLE]: on('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
      ...toAllJobs,
      [DEAD]: SEND,
      [TIMER]: SEND,
      ...log('shop-ticker'),
    });
  });

  test.each(consumers)('the consumer of $batches reads windows, and no queue but its own', of => {
    expect(rightsOf(shop, of.function.name)).toEqual({
      [TABLE]: on('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
      [of.jobs.name]: [...HIDE, ...RECEIVE, ...SEND],
      [DEAD]: SEND,
      [TIMER]: SEND,
      ...log(of.function.name),
    });
  });

  test('dead-letter ends a job, has onDead called again, or sends the job back to work', () => {
    expect(rightsOf(shop, functions.deadLetter.name)).toEqual({
      [TABLE]: on('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
      [DUE]: QUERY,
      [JOBS]: QUERY,
      ...toAllJobs,
      [DEAD]: [...HIDE, ...RECEIVE, ...SEND],
      ...log('shop-dead-letter'),
    });
  });

  const sealAndSend = {
    [TABLE]: on('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
    ...toAllJobs,
    [TIMER]: SEND,
  };
  test.each([
    { action: 'flush', rights: { [DUE]: QUERY, ...sealAndSend } },
    { action: 'pause', rights: { [JOBS]: QUERY, [TABLE]: on('GetItem', 'UpdateItem') } },
    { action: 'resume', rights: { [DUE]: QUERY, [JOBS]: QUERY, ...sealAndSend } },
    { action: 'drain', rights: { [DUE]: QUERY, [JOBS]: QUERY, ...sealAndSend } },
    { action: 'status', rights: { [DUE]: QUERY, [JOBS]: QUERY, [TABLE]: on('BatchGetItem', 'GetItem') } },
    {
      action: 'jobs',
      rights: {
        [DUE]: QUERY,
        [JOBS]: QUERY,
        [TABLE]: on('BatchGetItem', 'GetItem', 'PutItem', 'Query'),
      },
    },
    {
      action: 'redrive',
      rights: {
        [DUE]: QUERY,
        [JOBS]: QUERY,
        [TABLE]: on('BatchGetItem', 'GetItem', 'Query', 'UpdateItem'),
        ...toAllJobs,
      },
    },
    {
      action: 'purge',
      rights: {
        [DUE]: QUERY,
        [JOBS]: QUERY,
        [TABLE]: on('BatchGetItem', 'GetItem', 'Query', 'UpdateItem'),
      },
    },
  ] as const)('$action may do its own alone', ({ action, rights }) => {
    expect(rightsOf(shop, functions[action].name)).toEqual({ ...rights, ...log(`shop-${action}`) });
  });

  test('admin-http may do what all of these may', () => {
    const all: Record<string, string[]> = {};
    for (const action of ADMIN_ACTIONS) {
      for (const [resource, actions] of Object.entries(rightsOf(shop, functions[action].name))) {
        if (resource.startsWith('/aws')) continue;
        all[resource] = [...new Set([...(all[resource] ?? []), ...actions])].sort();
      }
    }
    expect(rightsOf(shop, functions.adminHttp.name)).toEqual({ ...all, ...log('shop-admin-http') });
  });
});

describe('what a definition asks for beyond the rest', () => {
  const [plain, audit] = BATCHES;
  const asking = synthesise('shop', [
    ...(plain ? [plain] : []),
    ...(audit ? [{ ...audit, events: true, maxPendingBatches: 5 }] : []),
  ]);
  const consumer = (batch: string) => consumerOf(shop.topology, batch)?.function.name ?? '';
  const busesOf = (name: string, deployed = asking) =>
    Object.entries(rightsOf(deployed, name)).filter(([, actions]) => actions.includes('events:PutEvents'));
  const emitting = [
    'ingest',
    'adminHttp',
    'timer',
    'ticker',
    'deadLetter',
    'flush',
    'resume',
    'drain',
    'pause',
  ] as const;

  test.each(emitting)('%s puts events on the account’s bus, if a definition has any', name => {
    expect(busesOf(functions[name].name)).toEqual([
      [expect.stringMatching(/^arn:.*:events:.*:event-bus\/default$/), ['events:PutEvents']],
    ]);
    expect(busesOf(functions[name].name, shop)).toEqual([]);
  });

  test.each(['status', 'jobs', 'redrive', 'purge'] as const)('%s puts none', name => {
    expect(busesOf(functions[name].name)).toEqual([]);
  });

  test('a consumer puts those of its own definition', () => {
    expect(busesOf(consumer('audit.log'))).toHaveLength(1);
    expect(busesOf(consumer('orders'))).toEqual([]);
  });

  test('the bus may be another', () => {
    const lake = synthesise(
      'shop',
      batchesNamed('a').map(each => ({ ...each, events: true })),
      { eventBus: 'lake' },
    );
    expect(busesOf(functions.ingest.name, lake)[0]?.[0]).toMatch(/:event-bus\/lake$/);
  });

  test('who adds counts pending jobs, where they are bounded', () => {
    expect(rightsOf(asking, functions.ingest.name)).toHaveProperty([JOBS], QUERY);
    expect(rightsOf(asking, consumer('audit.log'))).toHaveProperty([JOBS], QUERY);
    expect(rightsOf(asking, consumer('orders'))).not.toHaveProperty([JOBS]);
  });
});

/** What Lambda asks of a function's role before it connects it to a VPC. */
const NETWORK = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
// CDK’s own types do not hold where optional properties are exact
const inVpc = (stack: Stack) => {
  const vpc = new Vpc(stack, 'Vpc') as IVpc;
  return { consumers: { orders: { vpc } }, functions: { deadLetter: { vpc } } };
};

test('a function in a VPC may do what Lambda needs to connect it, and no other may', () => {
  const connected = synthesise('shop', BATCHES, inVpc);
  for (const name of names) {
    const own = rightsOf(connected, name);
    const expected = ['shop-on-orders', 'shop-dead-letter'].includes(name) ? { '*': NETWORK } : {};
    expect(own).toEqual({ ...rightsOf(shop, name), ...expected });
  }
});

describe('no statement is for more than it needs', () => {
  /** What is for all resources, and why it has to be. */
  const FOR_ALL: Readonly<Record<string, string>> = {
    'xray:PutSpans': 'X-Ray’s actions that take spans know no resources.',
    'xray:PutSpansForIndexing': 'Likewise.',
    ...Object.fromEntries(
      NETWORK.map(action => [action, 'Lambda asks for them before it makes interfaces.']),
    ),
  };
  const everything = synthesise(
    'shop',
    BATCHES.map(each => ({ ...each, events: true, maxPendingBatches: 5 })),
    stack => ({ encryptionKey: new Key(stack, 'Key'), tracing: Tracing.xray(), ...inVpc(stack) }),
  );

  test.each(names)('%s has no wildcard, in actions or resources', name => {
    for (const [resource, actions] of Object.entries(rightsOf(shop, name))) {
      expect([resource, ...actions].filter(text => text.includes('*'))).toEqual([]);
    }
  });

  test.each(names)('%s has none without a reason either with all that can be asked for', name => {
    for (const [resource, actions] of Object.entries(rightsOf(everything, name))) {
      expect(actions.filter(action => action.includes('*'))).toEqual([]);
      if (resource.includes('*')) expect(actions.filter(action => !(action in FOR_ALL))).toEqual([]);
    }
  });

  test('and there are no roles but the functions’', () => {
    const assumed = Object.values(everything.resources('AWS::IAM::Role')).map(({ Properties }) =>
      JSON.stringify(Properties['AssumeRolePolicyDocument']),
    );
    expect(assumed).toHaveLength(names.length);
    for (const document of assumed) expect(document).toContain('"lambda.amazonaws.com"');
    everything.template.resourceCountIs('AWS::IAM::Policy', 0);
    everything.template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  });
});

describe('with more names than a policy has room for', () => {
  const long = Array.from({ length: 45 }, (_, i) => `definition-with-quite-a-long-name-number-${i + 100}`);
  const large = synthesise('large', batchesNamed(...long), { alarms: false });

  test('the queues are named by what their names share, within this account and region', () => {
    const patterns = Object.keys(rightsOf(large, large.topology.functions.deadLetter.name));
    expect(patterns).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^arn:.*:sqs:.*AWS::Region.*:.*AWS::AccountId.*:large-jobs-\*$/),
      ]),
    );
  });

  test('a consumer still has its own alone', () => {
    const consumer = large.topology.consumers[0]?.function.name ?? '';
    expect(Object.keys(rightsOf(large, consumer)).filter(name => name.includes('*'))).toEqual([]);
  });
});

describe('as many definitions as a stack has resources for', () => {
  const full = synthesise(
    'full',
    batchesNamed(...Array.from({ length: STACK_HOLDS }, (_, i) => `definition-${i}`)),
  );

  test('are named one by one', () => {
    const named = Object.keys(rightsOf(full, full.topology.functions.ingest.name));
    expect(named.filter(name => name.startsWith('full-jobs-'))).toHaveLength(STACK_HOLDS);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  test.each(Object.values(full.topology.functions))(
    'leave $name’s policy within what a role holds',
    ({ name }) => {
      const { Properties } = full.named('AWS::Lambda::Function', 'FunctionName', name);
      const [role = ''] = (Properties['Role'] as { readonly 'Fn::GetAtt': readonly string[] })['Fn::GetAtt'];
      const policies = full.resources('AWS::IAM::Role')[role]?.Properties['Policies'];
      // each reference to a queue becomes an ARN, of about 75 characters with this prefix
      const resolved = JSON.stringify(policies).replaceAll(/\{"Fn::GetAtt":\[[^\]]*\]\}/g, 'x'.repeat(75));
      expect(resolved.length).toBeLessThan(10_240);
    },
  );
});
