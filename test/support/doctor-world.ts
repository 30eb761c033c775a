import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeLimitsCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { awsEnvironment } from './aws-environment.ts';
import { type Ran, runCli } from './run-cli.ts';

export const cloudFormation = mockClient(CloudFormationClient);
const dynamodb = mockClient(DynamoDBClient);
const API = 'https://abc123.execute-api.eu-west-1.amazonaws.com';

export const folder = mkdtempSync(join(tmpdir(), 'cistern-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

awsEnvironment();
afterEach(() => {
  cloudFormation.reset();
  dynamodb.reset();
});

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;

const RULES = {
  CheckBootstrapVersion: {
    Assertions: [
      {
        Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3', '4', '5'], { Ref: 'BootstrapVersion' }] }] },
      },
    ],
  },
};
export const consumer = (variables: object, more: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { FunctionName: 'shop-on-orders', Environment: { Variables: variables }, ...more },
});
export const QUEUE = { Type: 'AWS::SQS::Queue', Properties: { RedrivePolicy: {} } };
export const mapping = (more: object = {}) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { BatchSize: 1, EventSourceArn: { 'Fn::GetAtt': ['Jobs', 'Arn'] }, ...more },
});
export const alarm = (actions: readonly string[] = ['topic']) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: { AlarmName: 'shop/ticker', AlarmActions: actions },
});
export const WELL: Resources = {
  Jobs: QUEUE,
  Orders: consumer({ CISTERN_BATCH: 'orders' }),
  Source: mapping(),
  Alarm: alarm(),
};

export interface World {
  readonly resources?: Resources;
  readonly bootstrap?: string | undefined;
  readonly concurrency?: number;
  readonly writes?: number;
  readonly ec2?: (action: string) => string;
  readonly batches?: readonly object[];
  readonly refused?: string;
  readonly args?: readonly string[];
}

export async function doctor(world: World = {}): Promise<Ran & { readonly asked: readonly string[] }> {
  const { resources = WELL, bootstrap = '31', concurrency = 1_000, writes = 40_000 } = world;
  cloudFormation.on(GetTemplateCommand).resolves({
    TemplateBody: JSON.stringify({
      Resources: resources,
      Parameters: { BootstrapVersion: { Default: '/cdk-bootstrap/hnb659fds/version' } },
      Rules: RULES,
    }),
  });
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        StackName: 'shop',
        CreationTime: new Date(0),
        StackStatus: 'CREATE_COMPLETE',
        Outputs: [{ OutputKey: 'ApiEndpoint', OutputValue: API }],
      },
    ],
  });
  dynamodb.on(DescribeLimitsCommand).resolves({ TableMaxWriteCapacityUnits: writes });
  const asked: string[] = [];
  const answer = async (request: Request): Promise<Response> => {
    const { host, pathname } = new URL(request.url);
    const [service = ''] = host.split('.');
    asked.push(`${service} ${request.headers.get('authorization')?.split('/')[3]}`);
    if (service === world.refused) return Response.json({ message: 'not allowed' }, { status: 403 });
    if (service === 'ssm') {
      return bootstrap === 'none'
        ? Response.json({ __type: 'ParameterNotFound', message: 'none' }, { status: 400 })
        : Response.json({ Parameter: { Value: bootstrap } });
    }
    if (service === 'ec2') {
      const action = new URLSearchParams(await request.text()).get('Action') ?? '';
      return new Response(world.ec2?.(action) ?? '');
    }
    if (service === 'lambda' && pathname.endsWith('/configuration')) {
      return Response.json({ VpcConfig: { VpcId: 'vpc-1', SubnetIds: ['subnet-1'] } });
    }
    if (service === 'lambda') return Response.json({ AccountLimit: { ConcurrentExecutions: concurrency } });
    return Response.json({ batches: world.batches ?? [] });
  };
  const ran = await runCli(['doctor', '--stack', 'shop', ...(world.args ?? [])], { fetch: answer, folder });
  return { ...ran, asked };
}

/** The findings: check, level, and both sentences as one. */
export async function findings(world: World) {
  const { stdout, exitCode } = await doctor({ ...world, args: ['--json', ...(world.args ?? [])] });
  const { findings: all } = JSON.parse(stdout) as {
    readonly findings: readonly {
      readonly check: string;
      readonly level: string;
      readonly found: string;
      readonly todo: string;
    }[];
  };
  return { exitCode, all: all.map(({ check, level, found, todo }) => [check, level, `${found} ${todo}`]) };
}
