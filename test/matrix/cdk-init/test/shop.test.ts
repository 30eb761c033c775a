import { Template } from 'aws-cdk-lib/assertions';
import * as cdk from 'aws-cdk-lib/core';
import { startLocal } from 'cistern/local';
import { orders } from '../batches';
import { ShopStack } from '../lib/shop-stack';

test('the stack has a function for the batch', () => {
  const template = Template.fromStack(new ShopStack(new cdk.App(), 'Shop'));
  template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'shop-on-orders' });
}, 120_000);

test.each([[[orders]], ['./batches']])('a full batch is handled', async batches => {
  const local = await startLocal({ batches, port: 0 });
  const [receipt] = await orders.addBulk([{ n: 1 }, { n: 2 }]);
  expect(await orders.waitFor(receipt)).toMatchObject({ status: 'completed' });
  await local.stop();
});
