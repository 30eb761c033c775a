import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { App, Stack } from 'aws-cdk-lib/core';
import { ADMIN_ACTIONS } from '#lib/topology';
import { Cistern, type CisternResources } from '../../infra/index.ts';
import { LEAN } from './lean-bundling.ts';
import { BATCHES, type Synthesised, synthesise } from './synthesise.ts';

const functionsOf = ({ resources }: Synthesised) => Object.values(resources('AWS::Lambda::Function'));

describe('a consumer', () => {
  const plain = synthesise('shop', BATCHES);

  test('is found by its batch’s name, with its queue', () => {
    const { function: consumer, jobs } = plain.cistern.consumer('orders');
    expect(plain.stack.resolve(consumer.functionName)).toEqual({
      Ref: plain.named('AWS::Lambda::Function', 'FunctionName', 'shop-on-orders').id,
    });
    expect(plain.stack.resolve(jobs.queueName)).toEqual({
      'Fn::GetAtt': [plain.named('AWS::SQS::Queue', 'QueueName', 'shop-jobs-orders').id, 'QueueName'],
    });
  });

  test('is not found by another name', () => {
    expect(() => plain.cistern.consumer('order')).toThrow('there are: orders, audit.log');
  });

  test('has the memory, the environment and the network that it is given, and keeps its own variables', () => {
    const given = synthesise('shop', BATCHES, stack => ({
      consumers: {
        orders: {
          memorySize: 2_048,
          environment: { WAREHOUSE: 'w' },
          // CDK’s own types do not hold where optional properties are exact
          vpc: new Vpc(stack, 'Vpc', { maxAzs: 1 }) as IVpc,
        },
      },
    }));
    expect(given.named('AWS::Lambda::Function', 'FunctionName', 'shop-on-orders').Properties).toMatchObject({
      MemorySize: 2_048,
      Environment: { Variables: { WAREHOUSE: 'w', CISTERN_BATCH: 'orders', CISTERN_DEPLOYMENT: 'shop' } },
      VpcConfig: expect.anything(),
    });
  });

  test('of what is dead has them too, since onDead gets all that was in a batch', () => {
    const given = synthesise('shop', BATCHES, stack => ({
      functions: {
        deadLetter: {
          memorySize: 2_048,
          environment: { PAGER: 'p' },
          vpc: new Vpc(stack, 'Vpc', { maxAzs: 1 }) as IVpc,
        },
      },
    }));
    expect(given.named('AWS::Lambda::Function', 'FunctionName', 'shop-dead-letter').Properties).toMatchObject(
      {
        MemorySize: 2_048,
        Environment: { Variables: { PAGER: 'p', CISTERN_DEPLOYMENT: 'shop' } },
        RecursiveLoop: 'Allow',
        VpcConfig: expect.anything(),
      },
    );
  });

  test('has to be one of a batch that there is', () => {
    expect(() => synthesise('shop', BATCHES, { consumers: { order: { memorySize: 256 } } })).toThrow(
      expect.objectContaining({ code: 'batch.unknown' }),
    );
  });
});

describe('grants', () => {
  const granted = (grant: (cistern: CisternResources, role: Role) => void) => {
    const { resources } = synthesise('shop', BATCHES, {}, (cistern, stack) =>
      grant(cistern, new Role(stack, 'Somebody', { assumedBy: new AccountRootPrincipal() })),
    );
    return JSON.stringify(Object.values(resources('AWS::IAM::Policy')));
  };

  test('a producer may do what the ingest function may', () => {
    const policy = granted((cistern, role) => cistern.grantProduce(role));
    for (const action of ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem']) {
      expect(policy).toContain(`"dynamodb:${action}"`);
    }
    expect(policy).toContain('sqs:SendMessage');
    expect(policy).not.toContain('*');
  });

  test('a producer of one batch may send to no other’s queue', () => {
    const policy = granted((cistern, role) => cistern.grantProduce(role, 'orders'));
    expect(policy).toContain('BatchordersJobs');
    expect(policy).not.toContain('Batchauditlog');
  });

  test('a producer of several batches may send to their queues', () => {
    const policy = granted((cistern, role) => cistern.grantProduce(role, 'orders', 'audit.log'));
    expect(policy).toContain('BatchordersJobs');
    expect(policy).toContain('Batchauditlog');
  });

  test('an operator may invoke what is granted, and all if nothing is named', () => {
    const two = granted((cistern, role) => cistern.grantAdmin(role, 'pause', 'resume'));
    expect(two).toContain('Adminpause');
    expect(two).not.toContain('Adminpurge');
    const all = granted((cistern, role) => cistern.grantAdmin(role));
    for (const action of ADMIN_ACTIONS) expect(all).toContain(`Admin${action}`);
    // of every version is more than there is, and breaks rules of who checks for wildcards
    expect(all).not.toContain('*');
  });
});

describe('the HTTP API', () => {
  test('lets in so much, and logs who asked for what', () => {
    const { template, named } = synthesise('shop', BATCHES, {
      http: { rateLimit: 50, burstLimit: 60, accessLog: true },
    });
    const log = named('AWS::Logs::LogGroup', 'LogGroupName', '/aws/vendedlogs/apigateway/shop');
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 60 },
      AccessLogSettings: {
        DestinationArn: { 'Fn::GetAtt': [log.id, 'Arn'] },
        // neither headers nor bodies, and of a path its route: no group is in it
        Format: Match.not(Match.stringLikeRegexp('header|body|query|[Pp]ath')),
      },
    });
    // by the names that HTTP APIs have for it
    for (const variable of [
      'routeKey',
      'identity.userArn',
      'authorizer.claims.sub',
      'identity.sourceIp',
      'status',
      'error.message',
      'integrationErrorMessage',
    ]) {
      template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
        AccessLogSettings: { Format: Match.stringLikeRegexp(`\\$context\\.${variable}\\b`) },
      });
    }
  });

  test('logs no request unless it is asked to: a line for each costs more than its add’s own', () => {
    const { named } = synthesise('shop', BATCHES);
    const { Properties } = named('AWS::ApiGatewayV2::Stage', 'StageName', '$default');
    expect(Properties).not.toHaveProperty('AccessLogSettings');
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
  test('logs a line of JSON, whether a variable has a value or not', () => {
    const { named } = synthesise('shop', BATCHES, { http: { accessLog: true } });
    const { Properties } = named('AWS::ApiGatewayV2::Stage', 'StageName', '$default');
    const { Format } = Properties['AccessLogSettings'] as { readonly Format: string };
    const line = Format.replaceAll(/\$context\.[\w.]+/g, '-');
    expect(JSON.parse(line)).toMatchObject({ error: '-', route: '-', integrationError: '-' });
  });

  test.each([0, -1, 1.5, Number.NaN])('cannot let in %d requests a second', rateLimit => {
    expect(() => synthesise('shop', BATCHES, { http: { rateLimit } })).toThrow('http.rateLimit');
  });

  test('can have a name of one’s own, and has no other then', () => {
    const { template, cistern } = synthesise('shop', BATCHES, stack => ({
      http: {
        domain: {
          name: 'batches.example.com',
          certificate: Certificate.fromCertificateArn(stack, 'Cert', 'arn:aws:acm:eu-west-1:1:certificate/1'),
        },
      },
    }));
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'batches.example.com' });
    template.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    expect(cistern.api.endpoint).toBe('https://batches.example.com');
    expect(cistern.api.domainTarget).toBeDefined();
  });
});

test.each([
  { where: 'any region', env: {} },
  { where: 'a region', env: { region: 'eu-west-1', account: '123456789012' } },
])('a key of one’s own encrypts table and queues, and each function may use it, in $where', ({ env }) => {
  const encrypted = synthesise(
    'shop',
    BATCHES,
    stack => ({ encryptionKey: new Key(stack, 'Key') }),
    undefined,
    env,
  );
  encrypted.template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() });
  encrypted.template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    Replicas: [Match.objectLike({ SSESpecification: { KMSMasterKeyId: Match.anyValue() } })],
  });
  const roles = Object.values(encrypted.resources('AWS::IAM::Role'));
  expect(roles).toHaveLength(functionsOf(encrypted).length);
  for (const role of roles) expect(JSON.stringify(role)).toContain('kms:Decrypt');
});

test('logs are kept for as long as is said', () => {
  const { template } = synthesise('shop', BATCHES, { logRetention: RetentionDays.ONE_YEAR });
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
});

describe('definitions', () => {
  const make = (definitions: string) => new Cistern(new Stack(new App(), 'Shop'), 'Cistern', { definitions });

  test('have to be somewhere', () => {
    expect(() => make('./nowhere')).toThrow('There is no module with definitions at "./nowhere"');
  });

  // `cdk synth --no-staging` refers to a function's code where it is, for who debugs it
  test('are bundled into code that is there for as long as CDK refers to it', () => {
    const app = new App({ context: { 'aws:cdk:disable-asset-staging': true } });
    const stack = new Stack(app, 'Shop');
    new Cistern(stack, 'Cistern', {
      definitions: 'test/infra/fixtures/orders.ts',
      bundling: LEAN,
    });
    const { directory } = app.synth();
    const { files } = JSON.parse(readFileSync(join(directory, 'Shop.assets.json'), 'utf8')) as {
      readonly files: Readonly<
        Record<string, { readonly source: { readonly path: string; readonly packaging: string } }>
      >;
    };
    const folders = Object.values(files)
      .filter(({ source }) => source.packaging === 'zip')
      .map(({ source }) => resolve(directory, source.path));
    expect(folders.length).toBeGreaterThan(0);
    for (const folder of folders) expect(existsSync(join(folder, 'index.mjs'))).toBe(true);
    for (const folder of folders) rmSync(dirname(folder), { recursive: true, force: true });
  });

  test('have to be right', () => {
    expect(() => make('test/infra/fixtures/same-name-twice.ts')).toThrow('orders');
    expect(() => make('test/infra/fixtures/no-definitions.ts')).toThrow('exports no definition');
  });
});
