import { describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { App, Stack, type StackProps } from 'aws-cdk-lib/core';
import { parseSettings } from '#lib/deployment/settings';
import { Cistern, type CisternAttributes, type ICistern } from '../../infra/index.ts';

const HERE = { account: '111111111111', region: 'eu-west-1' };
const THERE = { account: '222222222222', region: 'eu-central-1' };

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** A deployment that is elsewhere, as a stack knows it, and what its producer has been granted. */
function imported(
  attributes: Partial<CisternAttributes>,
  grant: (cistern: ICistern, role: Role) => unknown = () => undefined,
  props: StackProps = { env: HERE },
) {
  const stack = new Stack(new App(), 'Website', props);
  const cistern = Cistern.fromDeployment(stack, 'Cistern', { deployment: 'shop', ...attributes });
  grant(cistern, new Role(stack, 'Somebody', { assumedBy: new AccountRootPrincipal() }));
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
  const granted = Object.values(policies).flatMap(({ Properties }) =>
    (Properties.PolicyDocument.Statement as Statement[]).flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap(action => [Resource].flat().map(resource => `${action} ${plain(stack.resolve(resource))}`)),
    ),
  );
  return { stack, cistern, granted };
}

/** An ARN or a URL of an account and a region that are known, without CloudFormation's own references. */
function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  const parts = (value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] })['Fn::Join']?.[1];
  if (parts === undefined) throw new Error(`${JSON.stringify(value)} is no text.`);
  const references: Record<string, string> = { 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com' };
  return parts
    .map(part => (typeof part === 'string' ? part : references[(part as { Ref: string }).Ref]))
    .join('');
}

const environmentOf = ({ stack, cistern }: ReturnType<typeof imported>) =>
  Object.fromEntries(
    Object.entries(cistern.producerEnvironment).map(([name, value]) => [name, plain(stack.resolve(value))]),
  );

describe('a deployment of another account and region', () => {
  test('is known to producers by its table’s ARN and its queues’ URL', () => {
    const environment = environmentOf(imported({ ...THERE, eventBus: 'default' }));
    expect(environment).toEqual({
      CISTERN_DEPLOYMENT: 'shop',
      CISTERN_QUEUE_URL_BASE: 'https://sqs.eu-central-1.amazonaws.com/222222222222/',
      CISTERN_TABLE_ARN: 'arn:aws:dynamodb:eu-central-1:222222222222:table/shop',
      CISTERN_EVENT_BUS: 'arn:aws:events:eu-central-1:222222222222:event-bus/default',
    });
    expect(
      parseSettings({
        deployment: 'shop',
        queueUrlBase: environment['CISTERN_QUEUE_URL_BASE'] ?? '',
        tableArn: environment['CISTERN_TABLE_ARN'],
        eventBus: environment['CISTERN_EVENT_BUS'],
      }).region,
    ).toBe('eu-central-1');
  });

  test('lets its producers do what producers do, there and nowhere else', () => {
    const { granted } = imported(THERE, (cistern, role) => cistern.grantProduce(role));
    const table = 'arn:aws:dynamodb:eu-central-1:222222222222:table/shop';
    const queues = 'arn:aws:sqs:eu-central-1:222222222222:shop';
    expect(granted.sort()).toEqual(
      [
        ...['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'].map(action => `dynamodb:${action} ${table}`),
        ...['jobs-*', 'pool-*', 'timer'].map(queue => `sqs:SendMessage ${queues}-${queue}`),
      ].sort(),
    );
  });

  test('lets producers of a batch send to its queue alone, its pool’s where it is in one', () => {
    const { granted } = imported({ ...THERE, pools: { views: 'small' } }, (cistern, role) =>
      cistern.grantProduce(role, 'clicks', 'views'),
    );
    expect(granted.filter(right => right.startsWith('sqs:'))).toEqual([
      'sqs:SendMessage arn:aws:sqs:eu-central-1:222222222222:shop-jobs-clicks',
      'sqs:SendMessage arn:aws:sqs:eu-central-1:222222222222:shop-pool-small',
      'sqs:SendMessage arn:aws:sqs:eu-central-1:222222222222:shop-timer',
    ]);
  });

  test('lets producers count jobs, tell its bus and use its key, where it is said to have these', () => {
    const { granted } = imported({ ...THERE, maxPendingBatches: true, eventBus: 'shop' }, (cistern, role) =>
      cistern.grantProduce(role),
    );
    expect(granted).toEqual(
      expect.arrayContaining([
        'dynamodb:Query arn:aws:dynamodb:eu-central-1:222222222222:table/shop/index/due',
        'dynamodb:Query arn:aws:dynamodb:eu-central-1:222222222222:table/shop/index/jobs',
        'events:PutEvents arn:aws:events:eu-central-1:222222222222:event-bus/shop',
      ]),
    );
    const arn = 'arn:aws:kms:eu-central-1:222222222222:key/k';
    const stack = new Stack(new App(), 'Website', { env: HERE });
    const role = new Role(stack, 'Somebody', { assumedBy: new AccountRootPrincipal() });
    Cistern.fromDeployment(stack, 'Cistern', {
      deployment: 'shop',
      encryptionKey: Key.fromKeyArn(stack, 'Key', arn),
    }).grantProduce(role);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Resource: arn })]) },
    });
  });

  test('has its metrics there', () => {
    const { cistern } = imported(THERE);
    expect(cistern.metricItemsAdded('clicks').toMetricConfig().metricStat).toMatchObject({
      metricName: 'ItemsAdded',
      ...THERE,
    });
  });

  test('lets nobody add over HTTP by a role of this account', () => {
    expect(() => imported({ ...THERE, apiId: 'a1b2' }, (cistern, role) => cistern.grantAdd(role))).toThrow(
      /The setting account must be the stack’s \(111111111111\) for grantAdd: .*; it was "222222222222"\./,
    );
  });
});

describe('a deployment of another stack', () => {
  test('is where the stack is', () => {
    const { granted, ...made } = imported({}, (cistern, role) => cistern.grantProduce(role, 'clicks'));
    expect(environmentOf({ granted, ...made })).toMatchObject({
      CISTERN_QUEUE_URL_BASE: 'https://sqs.eu-west-1.amazonaws.com/111111111111/',
      CISTERN_TABLE_ARN: 'arn:aws:dynamodb:eu-west-1:111111111111:table/shop',
    });
    expect(granted).toContain('dynamodb:PutItem arn:aws:dynamodb:eu-west-1:111111111111:table/shop');
  });

  test('lets in by a route of its HTTP API', () => {
    const { granted } = imported({ apiId: 'a1b2' }, (cistern, role) => cistern.grantAdd(role, 'clicks'));
    const api = 'arn:aws:execute-api:eu-west-1:111111111111:a1b2/$default';
    expect(granted).toEqual([
      `execute-api:Invoke ${api}/GET/health`,
      `execute-api:Invoke ${api}/POST/v1/batches/clicks/items`,
    ]);
  });

  test('has to say its API’s id for that', () => {
    expect(() => imported({}, (cistern, role) => cistern.grantAdd(role))).toThrow(
      'The setting apiId must be the id of the HTTP API for grantAdd; it was undefined.',
    );
  });

  test('has metrics of whatever batch', () => {
    const { metricStat } = imported({}).cistern.metricDead('clicks').toMetricConfig();
    expect(metricStat).toMatchObject({ metricName: 'BatchesDead' });
  });

  test('needs a name that deployments may have', () => {
    expect(() => imported({ deployment: 'a' })).toThrow('The setting deployment must be 3 to 24 letters');
  });
});
