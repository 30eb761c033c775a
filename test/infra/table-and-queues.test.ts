import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { ContributorInsightsMode } from 'aws-cdk-lib/aws-dynamodb';
import { AccountPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { DeploymentOptions } from '../../infra/cistern-props.ts';
import type { TableOptions } from '../../infra/options/table-options.ts';
import { BATCHES, synthesise } from './synthesise.ts';

const { template, topology, named, resources } = synthesise('shop', BATCHES);

describe('the table', () => {
  const has = (properties: Record<string, unknown>) =>
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', properties);
  /** What is said of the table in its one region. */
  const here = (properties: Record<string, unknown>) => has({ Replicas: [Match.objectLike(properties)] });

  test('is one, with the topology’s name and keys', () => {
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 1);
    has({
      TableName: topology.table.name,
      KeySchema: [
        { AttributeName: topology.table.partitionKey, KeyType: 'HASH' },
        { AttributeName: topology.table.sortKey, KeyType: 'RANGE' },
      ],
      AttributeDefinitions: Match.arrayWith([
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ]),
    });
  });

  test.each([
    { index: topology.table.dueIndex, type: 'N' },
    { index: topology.table.jobIndex, type: 'S' },
  ])('has the index $index.name: keys only, both of type $type', ({ index, type }) => {
    const { name, partitionKey, sortKey } = index;
    has({
      GlobalSecondaryIndexes: Match.arrayWith([
        {
          IndexName: name,
          KeySchema: [
            { AttributeName: partitionKey, KeyType: 'HASH' },
            { AttributeName: sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ]),
      AttributeDefinitions: Match.arrayWith([
        { AttributeName: partitionKey, AttributeType: type },
        { AttributeName: sortKey, AttributeType: type },
      ]),
    });
  });

  test('has these two indexes, and no others', () => {
    const [table] = Object.values(resources('AWS::DynamoDB::GlobalTable'));
    expect(table?.Properties['GlobalSecondaryIndexes']).toHaveLength(2);
  });

  test('is paid by the request', () => has({ BillingMode: 'PAY_PER_REQUEST' }));

  test('can be restored to any point in time', () =>
    here({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }));

  test('lets finished records expire', () =>
    has({ TimeToLiveSpecification: { AttributeName: topology.table.ttlAttribute, Enabled: true } }));

  // DynamoDB encrypts every table; false says: with its own key, and no request of KMS
  test('is encrypted with DynamoDB’s own key', () => has({ SSESpecification: { SSEEnabled: false } }));

  test('outlives its stack', () => {
    here({ DeletionProtectionEnabled: true });
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });
});

test('a table that may go with its stack is not protected either', () => {
  const passing = synthesise('shop', BATCHES, { removalPolicy: RemovalPolicy.DESTROY }).template;
  passing.hasResource('AWS::DynamoDB::GlobalTable', {
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    Properties: { Replicas: [Match.objectLike({ DeletionProtectionEnabled: false })] },
  });
});

describe('the table’s settings', () => {
  const tableWith = (table: TableOptions, more: DeploymentOptions = {}) => {
    const [made] = Object.values(
      synthesise('shop', BATCHES, { ...more, table }).resources('AWS::DynamoDB::GlobalTable'),
    );
    return made?.Properties;
  };

  test('say for how many days it can be restored, or that it cannot', () => {
    const backups = (table: TableOptions) => tableWith(table)?.['Replicas'];
    const days = { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 };
    expect(backups({ pointInTimeRecoverySpecification: days })).toMatchObject([
      { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 } },
    ]);
    expect(
      backups({ pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false } }),
    ).toMatchObject([{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } }]);
  });

  test('protect it from being deleted, or do not, whatever becomes of it with its stack', () => {
    expect(tableWith({ deletionProtection: false })).toMatchObject({
      Replicas: [{ DeletionProtectionEnabled: false }],
    });
    expect(tableWith({ deletionProtection: true }, { removalPolicy: RemovalPolicy.DESTROY })).toMatchObject({
      Replicas: [{ DeletionProtectionEnabled: true }],
    });
  });

  test('warm it and its indexes', () => {
    const warm = tableWith({
      warmThroughput: { writeUnitsPerSecond: 20_000, readUnitsPerSecond: 15_000 },
      indexWarmThroughput: { writeUnitsPerSecond: 8_000 },
    });
    expect(warm).toMatchObject({
      WarmThroughput: { WriteUnitsPerSecond: 20_000, ReadUnitsPerSecond: 15_000 },
      GlobalSecondaryIndexes: [
        { WarmThroughput: { WriteUnitsPerSecond: 8_000 } },
        { WarmThroughput: { WriteUnitsPerSecond: 8_000 } },
      ],
    });
    expect(tableWith({})).not.toHaveProperty('WarmThroughput');
  });

  test('have CloudWatch show which keys are asked for most, of its indexes too', () => {
    const mode = ContributorInsightsMode.THROTTLED_KEYS;
    expect(tableWith({ contributorInsightsSpecification: { enabled: true, mode } })).toMatchObject({
      Replicas: [
        {
          ContributorInsightsSpecification: { Enabled: true, Mode: mode },
          GlobalSecondaryIndexes: [
            { ContributorInsightsSpecification: { Enabled: true, Mode: mode } },
            { ContributorInsightsSpecification: { Enabled: true, Mode: mode } },
          ],
        },
      ],
    });
  });

  test('let another account in by its policy', () => {
    const { resources: made } = synthesise('shop', BATCHES, {}, ({ table }) => {
      table.addToResourcePolicy(
        new PolicyStatement({
          principals: [new AccountPrincipal('123456789012')],
          actions: ['dynamodb:PutItem'],
          resources: ['*'],
        }),
      );
    });
    const [table] = Object.values(made('AWS::DynamoDB::GlobalTable'));
    expect(table?.Properties['Replicas']).toMatchObject([
      { ResourcePolicy: { PolicyDocument: { Statement: [{ Action: 'dynamodb:PutItem' }] } } },
    ]);
  });
});

describe('the queues', () => {
  const queues = [topology.timer, topology.dead, ...topology.consumers.map(({ jobs }) => jobs)];

  test('are those of the topology, and no others', () => {
    const names = Object.values(resources('AWS::SQS::Queue')).map(
      ({ Properties }) => Properties['QueueName'],
    );
    expect(names.sort()).toEqual(queues.map(({ name }) => name).sort());
  });

  test.each(queues)('$name has the topology’s visibility and retention, and is encrypted by SQS', queue => {
    expect(named('AWS::SQS::Queue', 'QueueName', queue.name).Properties).toMatchObject({
      VisibilityTimeout: queue.visibilityTimeoutSeconds,
      MessageRetentionPeriod: queue.retentionSeconds,
      SqsManagedSseEnabled: true,
    });
  });

  const withoutTls = (resource: unknown) => ({
    Sid: 'RefuseWithoutTls',
    Effect: 'Deny',
    Action: 'sqs:*',
    Principal: { AWS: '*' },
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    Resource: resource,
  });

  test('refuse what does not come by TLS, all of them by one policy', () => {
    template.resourceCountIs('AWS::SQS::QueuePolicy', 1);
    const ids = queues.map(({ name }) => ({ Ref: named('AWS::SQS::Queue', 'QueueName', name).id }));
    const [policy] = Object.values(resources('AWS::SQS::QueuePolicy'));
    expect(policy?.Properties).toMatchObject({
      Queues: ids,
      PolicyDocument: {
        Statement: [withoutTls({ 'Fn::Join': ['', expect.arrayContaining([':shop-*'])] })],
      },
    });
    for (const { name } of queues) expect(name).toMatch(/^shop-/);
  });

  test('whose policy somebody adds to have one of their own, which refuses the same, and not two', () => {
    const shared = synthesise('shop', BATCHES, {}, cistern => {
      cistern.deadQueue.grantConsumeMessages(new ServicePrincipal('pipes.amazonaws.com'));
    });
    const { id } = shared.named('AWS::SQS::Queue', 'QueueName', 'shop-dead');
    const policies = Object.values(shared.resources('AWS::SQS::QueuePolicy')).filter(({ Properties }) =>
      JSON.stringify(Properties['Queues']).includes(id),
    );
    expect(policies).toHaveLength(1);
    // the shared one lets go of the queue first, which leaves it without any
    const [own] = Object.entries(shared.resources('AWS::SQS::QueuePolicy')).filter(([, policy]) =>
      policies.includes(policy),
    );
    expect(JSON.stringify(shared.template.toJSON().Resources[own?.[0] ?? ''].DependsOn)).toContain('TlsOnly');
    expect(policies[0]?.Properties).toMatchObject({
      Queues: [{ Ref: id }],
      PolicyDocument: {
        Statement: [
          withoutTls({ 'Fn::GetAtt': [id, 'Arn'] }),
          expect.objectContaining({ Principal: { Service: 'pipes.amazonaws.com' } }),
        ],
      },
    });
    const others = Object.values(shared.resources('AWS::SQS::QueuePolicy')).find(
      policy => policy !== policies[0],
    );
    expect(others?.Properties['Queues']).toHaveLength(queues.length - 1);
  });

  test.each(topology.consumers)('what SQS gives up of $batches goes to the dead letter queue', ({ jobs }) => {
    const dead = named('AWS::SQS::Queue', 'QueueName', topology.dead.name);
    expect(jobs.redrive?.queue).toBe(topology.dead.name);
    expect(named('AWS::SQS::Queue', 'QueueName', jobs.name).Properties['RedrivePolicy']).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [dead.id, 'Arn'] },
      maxReceiveCount: jobs.redrive?.maxReceiveCount,
    });
  });

  test('what has been given up, or is a timer, is redriven nowhere', () => {
    for (const { name } of [topology.timer, topology.dead]) {
      expect(named('AWS::SQS::Queue', 'QueueName', name).Properties).not.toHaveProperty('RedrivePolicy');
    }
  });
});
