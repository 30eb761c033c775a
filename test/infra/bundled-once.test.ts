import { describe, expect, test } from '@jest/globals';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { App, AssetStaging, Stack } from 'aws-cdk-lib/core';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { Cistern, type CisternProps } from '../../infra/index.ts';
import { LEAN } from './lean-bundling.ts';

const DEFINITIONS = 'test/infra/fixtures/orders.ts';
const NO_STACK = { [BUNDLING_STACKS]: [] };

const cistern = (app: App, deployment: string, more: Partial<CisternProps> = {}): Stack => {
  const stack = new Stack(app, `Stack-${deployment}`);
  new Cistern(stack, 'Cistern', {
    ...{ deployment, definitions: DEFINITIONS, bundling: LEAN },
    ...more,
  });
  return stack;
};
const codeOf = (stack: Stack) =>
  Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).map(
    ({ Properties }) => Properties.Code as Readonly<Record<string, unknown>>,
  );

describe('a test that asks for no code', () => {
  test.each([
    { by: 'bundling: false', context: {}, more: { bundling: false } as const },
    { by: 'CDK’s own context', context: NO_STACK, more: {} },
  ])('gets a template with all resources, by $by', ({ context, more }) => {
    const stack = cistern(new App({ context }), 'shop', more);
    const code = codeOf(stack);
    expect(code.length).toBeGreaterThan(10);
    for (const each of code) expect(each).toEqual({ ZipFile: expect.stringContaining('was not bundled') });
    Template.fromStack(stack).hasResourceProperties('AWS::SQS::Queue', { QueueName: 'shop-jobs-orders' });
  });

  test('cannot be deployed with bundling: false: CDK’s command line refuses it', () => {
    const stack = cistern(new App(), 'shop', { bundling: false });
    Annotations.fromStack(stack).hasError(
      '*',
      Match.stringLikeRegexp('bundling is false, which is for tests'),
    );
  });

  test('is told of definitions that are wrong all the same', () => {
    const definitions = 'test/infra/fixtures/same-name-twice.ts';
    expect(() => cistern(new App({ context: NO_STACK }), 'shop', { definitions })).toThrow(
      expect.objectContaining({ code: 'definition.duplicate_name' }),
    );
  });
});

describe('constructs of one app', () => {
  const app = new App();
  /** What is bundled is staged once, for all of the app. */
  const staged = () =>
    app.node.findAll().filter(node => node instanceof AssetStaging && node.node.scope === app);
  const first = cistern(app, 'shop');
  const bundles = staged().length;
  const second = cistern(app, 'shop-test');
  const afterSecond = staged().length;
  const smaller = cistern(app, 'shop-small', {
    bundling: { ...LEAN, minify: false },
    consumers: { orders: { bundling: { banner: '/* of orders alone */' } } },
  });

  test('share their code where they bundle the same definitions in the same way', () => {
    expect(bundles).toBeGreaterThan(0);
    expect(afterSecond).toBe(bundles);
    expect(codeOf(second)).toEqual(codeOf(first));
  });

  test('have code of their own where they bundle them in another', () => {
    // one more of a consumer that is bundled in a way of its own
    expect(staged()).toHaveLength(2 * bundles + 1);
    expect(codeOf(smaller)).not.toEqual(codeOf(first));
  });

  test('have a consumer’s own bundling in its code alone', () => {
    const codeOfOrders = (stack: Stack) =>
      Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).find(({ Properties }) =>
        Properties.FunctionName.endsWith('-on-orders'),
      )?.['Properties'].Code;
    expect(codeOf(smaller).filter(({ S3Key }) => S3Key === codeOfOrders(smaller).S3Key)).toHaveLength(1);
  });
});
