import { expect, test } from '@jest/globals';
import type { CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { AlarmRule, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BATCHES, synthesise } from './synthesise.ts';

const { stack, cistern, template, resources, named } = synthesise('shop', BATCHES, {
  http: { accessLog: true },
});
const refOf = (type: string, property: string, name: string) => ({ Ref: named(type, property, name).id });

test('the table can be granted to others', () => {
  expect(stack.resolve(cistern.table.tableName)).toEqual({ Ref: expect.stringMatching(/^BuffersTable/) });
  const { resources: granted } = synthesise('shop', BATCHES, {}, ({ table, functions }) => {
    table.grantReadData(functions.ingest);
  });
  expect(JSON.stringify(granted('AWS::IAM::Policy'))).toContain('dynamodb:Scan');
});

test('the queues are all that there are, and the timer queue and the dead letter queue by themselves', () => {
  const ids = cistern.queues.map(({ queueUrl }) => stack.resolve(queueUrl).Ref);
  expect(ids.sort()).toEqual(Object.keys(resources('AWS::SQS::Queue')).sort());
  expect(stack.resolve(cistern.timerQueue.queueUrl)).toEqual(
    refOf('AWS::SQS::Queue', 'QueueName', 'shop-timer'),
  );
  expect(stack.resolve(cistern.deadQueue.queueUrl)).toEqual(
    refOf('AWS::SQS::Queue', 'QueueName', 'shop-dead'),
  );
});

test('the log groups are all that there are, with the access log', () => {
  const ids = cistern.logGroups.map(({ logGroupName }) => stack.resolve(logGroupName).Ref);
  expect(ids.sort()).toEqual(Object.keys(resources('AWS::Logs::LogGroup')).sort());
  expect(stack.resolve(cistern.api.accessLog?.logGroupName)).toEqual(
    refOf('AWS::Logs::LogGroup', 'LogGroupName', '/aws/vendedlogs/apigateway/shop'),
  );
});

test('the API’s stage is the one that there is', () => {
  const [id] = Object.keys(resources('AWS::ApiGatewayV2::Stage'));
  const resource = cistern.api.stage.node.defaultChild as CfnStage;
  expect(stack.resolve(resource.ref)).toEqual({ Ref: id });
});

test('the functions can be invoked by others', () => {
  const { resources: made } = synthesise('shop', BATCHES, {}, ({ functions }) => {
    functions.ingest.grantInvoke(new ServicePrincipal('iot.amazonaws.com'));
  });
  expect(JSON.stringify(made('AWS::Lambda::Permission'))).toContain('iot.amazonaws.com');
});

test('the alarms are all that there are, and each by its name without the deployment’s', () => {
  const names = Object.values(resources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties['AlarmName'],
  );
  expect(cistern.alarms).toHaveLength(names.length);
  for (const name of names) {
    expect(cistern.alarms).toContain(cistern.alarm(String(name).replace(/^shop\//, '')));
  }
  template.resourceCountIs('AWS::CloudWatch::Alarm', cistern.alarms.length);
});

test('an alarm that there is not is refused, with those that there are', () => {
  expect(() => cistern.alarm('orders/dead')).toThrow('orders/dead-batches');
  expect(() => synthesise('shop', BATCHES, { alarms: false }).cistern.alarm('ticker')).toThrow(
    'none, alarms is false',
  );
});

test('alarms can be parts of a composite one', () => {
  const made = synthesise('shop', BATCHES, {}, (of, its) => {
    new CompositeAlarm(its, 'Down', {
      alarmRule: AlarmRule.anyOf(of.alarm('ticker'), of.alarm('ingest-errors')),
    });
  });
  made.template.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 1);
});
