import { describe, expect, test } from '@jest/globals';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { BATCHES, synthesise } from './synthesise.ts';

const ALARM = 'AWS::CloudWatch::Alarm';

describe('a topic of alarms', () => {
  const told = synthesise('shop', BATCHES, stack => ({
    alarms: { topic: new Topic(stack, 'Oncall', { masterKey: new Key(stack, 'Key'), enforceSSL: true }) },
  }));
  const [topic] = Object.keys(told.resources('AWS::SNS::Topic'));

  const isOfDead = ({ AlarmName }: Readonly<Record<string, unknown>>) =>
    String(AlarmName).endsWith('/dead-batches');

  test('is told when an alarm goes off, and when it is over', () => {
    for (const { Properties } of Object.values(told.resources(ALARM))) {
      expect(Properties).toMatchObject({ AlarmActions: [{ Ref: topic }] });
      if (!isOfDead(Properties)) expect(Properties).toMatchObject({ OKActions: [{ Ref: topic }] });
    }
  });

  test('is not told that a dead batch is over, which it is not when its alarm is quiet again', () => {
    const dead = Object.values(told.resources(ALARM)).filter(({ Properties }) => isOfDead(Properties));
    expect(dead).toHaveLength(BATCHES.length);
    for (const { Properties } of dead) expect(Properties).not.toHaveProperty('OKActions');
  });

  test('is told nothing without being given', () => {
    for (const { Properties } of Object.values(synthesise('shop', BATCHES).resources(ALARM))) {
      expect(Properties).not.toHaveProperty('AlarmActions');
      expect(Properties).not.toHaveProperty('OKActions');
    }
  });

  const statementsOf = (type: string, document: string) =>
    Object.values(told.resources(type))
      .flatMap(
        ({ Properties }) => (Properties[document] as { readonly Statement: readonly object[] }).Statement,
      )
      .filter(statement => JSON.stringify(statement).includes('cloudwatch.amazonaws.com'));

  test.each([
    { type: 'AWS::SNS::TopicPolicy', document: 'PolicyDocument', actions: 'sns:Publish' },
    { type: 'AWS::KMS::Key', document: 'KeyPolicy', actions: ['kms:Decrypt', 'kms:GenerateDataKey'] },
  ])('lets in the account’s alarms, as its $type says', ({ type, document, actions }) => {
    const statements = statementsOf(type, document);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatchObject({
      Action: actions,
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      },
    });
    // others of the account may tell the same topic
    expect(JSON.stringify(statements)).not.toContain('SourceArn');
  });
});
