import { describe, expect, test } from '@jest/globals';
import {
  AccountPrincipal,
  type IPrincipal,
  OrganizationPrincipal,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { DeploymentOptions } from '../../infra/index.ts';
import { BATCHES, synthesise } from './synthesise.ts';

/** Deployments that let producers of other accounts in. */
const ACCOUNT = '210987654321';
const producers = [new AccountPrincipal(ACCOUNT)];

interface Statement {
  readonly Effect: string;
  readonly Principal: { readonly AWS: unknown };
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const allowed = (policy: unknown): Statement[] =>
  ((policy as { readonly Statement?: readonly Statement[] } | undefined)?.Statement ?? []).filter(
    ({ Effect }) => Effect === 'Allow',
  );

function policiesOf(options: Parameters<typeof synthesise>[2], definitions = BATCHES) {
  const made = synthesise('shop', definitions, options);
  const [table] = Object.values(made.resources('AWS::DynamoDB::GlobalTable'));
  const [replica] = (table?.Properties['Replicas'] ?? []) as readonly {
    readonly ResourcePolicy?: { readonly PolicyDocument: unknown };
  }[];
  const queues = Object.values(made.resources('AWS::SQS::QueuePolicy'));
  return {
    ...made,
    table: allowed(replica?.ResourcePolicy?.PolicyDocument),
    queues: queues.map(({ Properties }) => ({
      allowed: allowed(Properties['PolicyDocument']),
      count: (Properties['Queues'] as readonly unknown[]).length,
    })),
  };
}

const root = (account: string) => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]],
});

test('nobody of another account is let in unless it is said', () => {
  const { table, queues } = policiesOf({});
  expect(table).toEqual([]);
  expect(queues.map(each => each.allowed)).toEqual([[]]);
});

describe('producers of another account', () => {
  test('may ask of the table what producers ask, by its own policy', () => {
    const { table, stack } = policiesOf({ producers });
    expect(table).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: root(ACCOUNT) },
        Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        // by its name: CloudFormation takes no circle
        Resource: stack.resolve(
          `arn:${stack.partition}:dynamodb:${stack.region}:${stack.account}:table/shop`,
        ),
      },
    ]);
  });

  test('may count jobs where a definition has maxPendingBatches', () => {
    const counting = BATCHES.map(each => ({ ...each, maxPendingBatches: 5 }));
    const { table, stack } = policiesOf({ producers }, counting);
    const index = (name: string) =>
      stack.resolve(
        `arn:${stack.partition}:dynamodb:${stack.region}:${stack.account}:table/shop/index/${name}`,
      );
    expect(table.map(({ Action, Resource }) => [Action, Resource])).toContainEqual([
      'dynamodb:Query',
      [index('due'), index('jobs')],
    ]);
  });

  test('may send to the queues, by the one policy that they share', () => {
    const { queues, stack } = policiesOf({ producers });
    expect(queues).toEqual([
      {
        allowed: [
          {
            Effect: 'Allow',
            Principal: { AWS: root(ACCOUNT) },
            Action: 'sqs:SendMessage',
            Resource: stack.resolve(`arn:${stack.partition}:sqs:${stack.region}:${stack.account}:shop-*`),
          },
        ],
        count: BATCHES.length + 2,
      },
    ]);
  });

  test('may still send to a queue that has got a policy of its own', () => {
    const made = synthesise('shop', BATCHES, { producers }, cistern => {
      cistern.consumer('orders').jobs.addToResourcePolicy(
        new PolicyStatement({
          principals: [new AccountPrincipal('333333333333')],
          actions: ['sqs:GetQueueAttributes'],
          resources: ['*'],
        }),
      );
    });
    const policies = Object.values(made.resources('AWS::SQS::QueuePolicy')).map(({ Properties }) =>
      JSON.stringify(Properties['PolicyDocument']),
    );
    expect(policies).toHaveLength(2);
    for (const policy of policies) {
      expect(policy).toContain(`:iam::${ACCOUNT}:root`);
      expect(policy).toContain('RefuseWithoutTls');
    }
  });

  test('may be all of an organization', () => {
    const { table } = policiesOf({ producers: [new OrganizationPrincipal('o-1234567890')] });
    expect(table).toMatchObject([
      { Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } } },
    ]);
  });

  test('may use the deployment’s key, by its policy', () => {
    const { template } = policiesOf(stack => ({ producers, encryptionKey: new Key(stack, 'Key') }));
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    expect(allowed(key?.['Properties'].KeyPolicy)).toContainEqual({
      Effect: 'Allow',
      Principal: { AWS: root(ACCOUNT) },
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
      Resource: '*',
    });
  });

  test('need its owner’s word for a key that is imported, and synth says so', () => {
    const warned = (options: DeploymentOptions['encryptionKey'] | undefined, of?: IPrincipal[]) => {
      const { cistern } = synthesise('shop', BATCHES, {
        ...(options && { encryptionKey: options }),
        ...(of && { producers: of }),
      });
      return cistern.node.metadata.filter(({ data }) => String(data).includes('encryptionKey is imported'));
    };
    const { stack } = synthesise('bank', BATCHES);
    const imported = Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-west-1:1:key/k');
    expect(warned(imported, producers)).toHaveLength(1);
    expect(warned(imported)).toEqual([]);
  });
});

test.each([
  ['210987654321', 'producers', 'an array of principals'],
  [['210987654321'], 'producers.0', 'a principal of IAM'],
])('%j are no producers', (given, setting, rule) => {
  expect(() => policiesOf({ producers: given as unknown as IPrincipal[] })).toThrow(
    `The setting ${setting} must be ${rule}`,
  );
});
