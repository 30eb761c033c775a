import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccountPrincipal, AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { DeploymentOptions } from '../../infra/cistern-props.ts';
import { CisternResources } from '../../infra/cistern-resources.ts';
import { HttpAccess, Tracing } from '../../infra/index.ts';
import type { StackDefinition } from '../../infra/options/stack-definition.ts';
import { BATCHES, batchesNamed, codeIn, STACK_HOLDS } from './synthesise.ts';

const directory = mkdtempSync(join(tmpdir(), 'cistern-nag-'));
afterAll(() => rmSync(directory, { recursive: true }));
const code = codeIn(directory);

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly { readonly ruleName: string }[];
  }[];
}

/** The rules of AwsSolutions that a deployment breaks, without those that are acknowledged with a reason. */
function broken(
  definitions: readonly StackDefinition[],
  options: DeploymentOptions | ((stack: Stack) => DeploymentOptions) = {},
  props: StackProps = {},
  extend: (cistern: CisternResources, stack: Stack) => void = () => undefined,
): string[] {
  const outdir = mkdtempSync(join(directory, 'out-'));
  const file = join(outdir, 'validation-report.json');
  const app = new App({ outdir });
  const stack = new Stack(app, 'Cistern', props);
  const cistern = new CisternResources(stack, 'Cistern', {
    ...(typeof options === 'function' ? options(stack) : options),
    definitions,
    code,
  });
  extend(cistern, stack);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    // what fails for broken rules has written a report of them
    if (!existsSync(file)) throw error;
  }
  const report: Report = JSON.parse(readFileSync(file, 'utf8'));
  return report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
}

test('a deployment keeps to AwsSolutions', () => {
  const events = BATCHES.map(definition => ({ ...definition, events: true, maxPendingBatches: 10 }));
  expect(broken(events)).toEqual([]);
});

const many = batchesNamed(
  ...Array.from({ length: STACK_HOLDS }, (_, at) => `a-batch-with-quite-a-long-name-${at}`),
);

test.each<StackProps>([{}, { env: { account: '123456789012', region: 'eu-west-1' } }])(
  'so does one of many definitions, in %j',
  props => {
    expect(broken(many, {}, props)).toEqual([]);
  },
);

test('so does one whose alarms tell an encrypted topic, and whose spans go to X-Ray', () => {
  const rules = broken(BATCHES, stack => ({
    alarms: {
      topic: new Topic(stack, 'Oncall', {
        masterKey: new Key(stack, 'Key', { enableKeyRotation: true }),
        enforceSSL: true,
      }),
    },
    tracing: Tracing.xray(),
  }));
  expect(rules).toEqual([]);
});

test('so does one with a key, tokens and a domain of its owner’s', () => {
  const rules = broken(BATCHES, stack => ({
    encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
    http: {
      add: HttpAccess.jwt({ issuer: 'https://id.example', audience: ['shop'] }),
      operate: HttpAccess.iam(),
      domain: {
        name: 'batches.example.com',
        certificate: Certificate.fromCertificateArn(stack, 'Cert', 'arn:aws:acm:eu-west-1:1:certificate/1'),
      },
    },
  }));
  expect(rules).toEqual([]);
});

test('so does one that lets pages, a function’s callers and another account in', () => {
  const rules = broken(BATCHES, stack => ({
    encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
    http: {
      add: HttpAccess.lambda(LambdaFunction.fromFunctionName(stack, 'Authorizer', 'authorizer')),
      operate: false,
      cors: { origins: ['https://www.example.com'] },
    },
    producers: [new AccountPrincipal('210987654321')],
  }));
  expect(rules).toEqual([]);
});

test('so does one that goes with its stack, and whose operators and producers have grants', () => {
  const rules = broken(BATCHES, { removalPolicy: RemovalPolicy.DESTROY }, {}, (cistern, stack) => {
    const role = new Role(stack, 'Somebody', { assumedBy: new AccountRootPrincipal() });
    cistern.grantAdmin(role);
    cistern.grantProduce(role, 'orders');
    cistern.grantAdd(role, 'orders');
    cistern.grantOperate(role, { operations: ['pause', 'resume'] });
  });
  expect(rules).toEqual([]);
});

test('so does one with a consumer in a VPC', () => {
  // the network is its owner's, and breaks rules of its own
  const rules = broken(BATCHES, stack => ({
    consumers: {
      orders: {
        vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
          vpcId: 'vpc-1',
          availabilityZones: ['eu-west-1a'],
          privateSubnetIds: ['subnet-1'],
        }) as IVpc,
      },
    },
  }));
  expect(rules).toEqual([]);
});

test('an API that is open to the internet is not acknowledged: it is for who opens it to say why', () => {
  const rules = broken(BATCHES, { http: { operate: HttpAccess.openToTheInternet() } });
  expect([...new Set(rules)]).toEqual(['AwsSolutions-APIG4']);
});
