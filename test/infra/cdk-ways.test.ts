import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, ManagedPolicy, PermissionsBoundary, Role } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { App, Aspects, CfnOutput, CfnResource, Stack, Stage, Tags } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { CisternResources } from '../../infra/cistern-resources.ts';
import { BATCHES, codeIn, synthesise } from './synthesise.ts';

/** What CDK's users do to any construct has to work on a deployment. */

const directory = mkdtempSync(join(tmpdir(), 'cistern-ways-'));
const code = codeIn(directory);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const deploymentIn = (stack: Stack, deployment = 'shop'): CisternResources =>
  new CisternResources(stack, 'Cistern', { deployment, definitions: BATCHES, code });

describe('tags', () => {
  /** Resources without tags, or whose tags CloudFormation does not take. */
  const UNTAGGED = [
    'AWS::ApiGatewayV2::Integration',
    'AWS::ApiGatewayV2::Route',
    'AWS::CloudWatch::Dashboard',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::Permission',
    'AWS::SQS::QueuePolicy',
  ];

  const made = synthesise('shop', BATCHES, {}, cistern => {
    Tags.of(cistern).add('team', 'growth');
  });
  const resources = Object.entries(
    made.template.toJSON()['Resources'] as Record<string, { Type: string; Properties: object }>,
  ).filter(([, { Type }]) => !UNTAGGED.includes(Type));

  test.each([...new Set(resources.map(([, { Type }]) => Type))])('are on each %s', type => {
    for (const [id, { Type, Properties }] of resources) {
      if (Type === type)
        expect([id, JSON.stringify(Properties)]).toEqual([id, expect.stringContaining('growth')]);
    }
  });
});

test('an aspect changes every function', () => {
  const { template } = synthesise('shop', BATCHES, {}, cistern => {
    Aspects.of(cistern).add({
      visit(node: IConstruct) {
        if (node instanceof CfnFunction) node.tracingConfig = { mode: 'PassThrough' };
      },
    });
  });
  template.allResourcesProperties('AWS::Lambda::Function', { TracingConfig: { Mode: 'PassThrough' } });
});

test('a mixin is applied to every queue', () => {
  const { template } = synthesise('shop', BATCHES, {}, cistern => {
    cistern.with({
      supports: node => node instanceof CfnQueue,
      applyTo: node => (node as CfnQueue).addPropertyOverride('MaximumMessageSize', 262_144),
    });
  });
  template.allResourcesProperties('AWS::SQS::Queue', { MaximumMessageSize: 262_144 });
});

test('a permissions boundary is on every role', () => {
  const { template } = synthesise('shop', BATCHES, {}, (cistern, stack) => {
    const boundary = ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'developers');
    PermissionsBoundary.of(cistern).apply(boundary);
  });
  template.allResourcesProperties('AWS::IAM::Role', {
    PermissionsBoundary: {
      'Fn::Join': Match.arrayWith([Match.arrayWith([Match.stringLikeRegexp('policy/developers')])]),
    },
  });
});

test('a removal of a resource’s own default, and an override, reach it by its construct', () => {
  const { template } = synthesise('shop', BATCHES, {}, cistern => {
    const table = cistern.table.node.defaultChild;
    if (!(table instanceof CfnResource)) throw new Error('A table is a resource.');
    table.addMetadata('owner', 'growth');
  });
  template.hasResource('AWS::DynamoDB::GlobalTable', { Metadata: { owner: 'growth' } });
});

describe('stages', () => {
  test('have a deployment each, of its own name', () => {
    const app = new App();
    const templates = ['test', 'prod'].map(name => {
      const stage = new Stage(app, name, { env: { account: '111111111111', region: 'eu-west-1' } });
      const stack = new Stack(stage, 'Shop');
      deploymentIn(stack, `shop-${name}`);
      return { name, template: Template.fromStack(stack) };
    });
    for (const { name, template } of templates) {
      template.hasResourceProperties('AWS::SQS::Queue', { QueueName: `shop-${name}-jobs-orders` });
    }
    const kept = templates.map(({ template }) =>
      ['AWS::DynamoDB::GlobalTable', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup'].flatMap(type =>
        Object.keys(template.findResources(type)),
      ),
    );
    // a stack that moves into a stage keeps what holds something
    expect(kept[0]).toEqual(kept[1]);
  });
});

describe('references', () => {
  test('from a stack of the same app: a role there may add', () => {
    const app = new App();
    const env = { account: '111111111111', region: 'eu-west-1' };
    const cistern = deploymentIn(new Stack(app, 'Shop', { env }));
    const website = new Stack(app, 'Website', { env });
    const role = new Role(website, 'Somebody', { assumedBy: new AccountRootPrincipal() });
    cistern.grantProduce(role, 'orders');
    cistern.grantAdd(role, 'orders');
    cistern.grantOperate(role, { operations: ['pause'] });
    cistern.grantAdmin(role, 'pause');
    const template = Template.fromStack(website);
    for (const action of ['dynamodb:UpdateItem', 'execute-api:Invoke', 'lambda:InvokeFunction']) {
      expect(JSON.stringify(template.toJSON())).toContain(action);
    }
    // the deployment’s stack does not depend on the other one
    expect(website.dependencies.map(({ node }) => node.id)).toEqual(['Shop']);
  });

  test('from a stack of another account: a grant says what to do instead, and lets nobody in by half', () => {
    const app = new App();
    const cistern = deploymentIn(
      new Stack(app, 'Shop', { env: { account: '111111111111', region: 'eu-west-1' } }),
    );
    const elsewhere = new Stack(app, 'Website', { env: { account: '222222222222', region: 'eu-west-1' } });
    const role = new Role(elsewhere, 'Somebody', { assumedBy: new AccountRootPrincipal() });
    for (const [grant, hint] of [
      [() => cistern.grantProduce(role), 'name it in producers'],
      [() => cistern.grantAdd(role), 'have it assume a role of this one'],
      [() => cistern.grantOperate(role), 'have it assume a role of this one'],
    ] as const) {
      expect(grant).toThrow('The setting grantee must be of the deployment’s account, 111111111111.');
      expect(grant).toThrow(hint);
    }
  });

  test('from a stack of another region', () => {
    const app = new App();
    const stack = new Stack(app, 'Shop', {
      env: { account: '111111111111', region: 'eu-west-1' },
      crossRegionReferences: true,
    });
    const cistern = deploymentIn(stack);
    const edge = new Stack(app, 'Edge', {
      env: { account: '111111111111', region: 'us-east-1' },
      crossRegionReferences: true,
    });
    new CfnOutput(edge, 'Api', { value: cistern.api.endpoint });
    new CfnOutput(edge, 'Queue', { value: cistern.consumer('orders').jobs.queueArn });
    const template = Template.fromStack(edge);
    template.resourceCountIs('Custom::CrossRegionExportReader', 1);
    template.hasOutput('Api', {});
  });
});
