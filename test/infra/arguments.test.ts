import { describe, expect, test } from '@jest/globals';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import { CisternResources } from '../../infra/cistern-resources.ts';
import { Cistern, HttpAccess, Tracing } from '../../infra/index.ts';
import { BATCHES, synthesise } from './synthesise.ts';

const ISSUER = { issuer: 'https://id.example', audience: ['shop'] };
const { cistern, stack } = synthesise('shop', BATCHES);
const role = new Role(stack, 'Somebody', { assumedBy: new AccountRootPrincipal() });
let ids = 0;
const imported = (attributes: object) =>
  Cistern.fromDeployment(stack, `Imported${ids++}`, { deployment: 'other', ...attributes });

/** As JavaScript passes it. */
const any = (given: unknown): never => given as never;

describe('what a method of the construct is given and does not know is refused, and grants nothing:', () => {
  test.each<[string, () => unknown, string, string]>([
    [
      'a misspelt right',
      () => cistern.grantOperate(role, any({ batch: ['orders'] })),
      'rights.batch',
      'batches, operations',
    ],
    [
      'a batch in place of rights',
      () => cistern.grantOperate(role, any('orders')),
      'rights',
      'an object of batches, operations',
    ],
    ['no batches', () => cistern.grantOperate(role, { batches: [] }), 'rights.batches', 'one batch or more'],
    [
      'no operations',
      () => cistern.grantOperate(role, { operations: [] }),
      'rights.operations',
      'one operation or more',
    ],
    ['an action', () => cistern.grantAdmin(role, any('pauze')), 'actions.0', 'one of flush, pause'],
    [
      'batches in one argument, to produce',
      () => cistern.grantProduce(role, any(['orders'])),
      'batches.0',
      'an argument of its own',
    ],
    [
      'batches in one argument, to add',
      () => cistern.grantAdd(role, any(['orders'])),
      'batches.0',
      'an argument of its own',
    ],
    ['a consumer', () => cistern.consumer(any(undefined)), 'batches.0', 'it was undefined'],
    ['a metric', () => cistern.metric(any('ItemsAded'), 'orders'), 'name', 'one of ItemsAdded'],
    ['a metric of no batch', () => cistern.metricDead(any(undefined)), 'batches.0', 'it was undefined'],
    ['a reason', () => cistern.metricFlushedBy(any('late'), 'orders'), 'reason', 'one of size, time'],
    ['an attribute', () => imported({ regoin: 'eu-west-1' }), 'regoin', 'deployment, account, region'],
    ['an account', () => imported({ account: '12' }), 'account', '12 digits'],
    ['a region', () => imported({ region: 'Ireland' }), 'region', 'such as eu-west-1'],
    ['a pool', () => imported({ pools: { orders: true } }), 'pools.orders', 'the name of a pool'],
    [
      'batches of another stack',
      () => imported({}).grantProduce(role, any(['orders'])),
      'batches.0',
      'an argument of its own',
    ],
    [
      'scope in place of scopes',
      () => HttpAccess.jwt(any({ ...ISSUER, scope: ['a'] })),
      'HttpAccess.jwt.scope',
      'issuer, audience, scopes',
    ],
    [
      'an authorizer’s option',
      () => HttpAccess.lambda(any({ functionArn: 'a' }), any({ ttl: 5 })),
      'HttpAccess.lambda.ttl',
      'resultsCacheTtl',
    ],
    [
      'a header of spans',
      () => Tracing.otlp(any({ endpoint: 'http://c:4318/v1/traces', headers: {} })),
      'Tracing.otlp.headers',
      'endpoint, ratio',
    ],
  ])('%s', (_, call, setting, message) => {
    expect(call).toThrow(
      expect.objectContaining({
        code: 'settings.invalid',
        details: expect.objectContaining({ setting }),
        message: expect.stringContaining(message),
      }),
    );
  });
});

test('a stack has no two deployments of one name', () => {
  const two = new Stack(new App(), 'Two');
  const make = (id: string, deployment: string) =>
    new CisternResources(two, id, { deployment, definitions: BATCHES, code: undefined });
  make('One', 'shop');
  make('Other', 'shop-test');
  expect(() => make('Again', 'shop')).toThrow('another name than that of Two/One, in the same stack');
});

describe('a function that may add', () => {
  const warned = (runtime: Runtime) => {
    const shop = new Stack(new App(), 'Shop');
    const website = new LambdaFunction(shop, 'Website', {
      runtime,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
    });
    Cistern.fromDeployment(shop, 'Cistern', { deployment: 'shop' }).grantProduce(website);
    return Annotations.fromStack(shop).findWarning('*', Match.stringLikeRegexp('Node.js 20.19'));
  };

  test('is warned of where its Node.js is too old: that of CDK’s NodejsFunction is by default', () => {
    expect(warned(Runtime.NODEJS_16_X)).toHaveLength(1);
    expect(warned(Runtime.NODEJS_20_X)).toEqual([]);
  });
});
