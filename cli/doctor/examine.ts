import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { DescribeLimitsCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AwsRequestError, AwsRequests } from '../connect/aws-requests.ts';
import { notLookedUp } from '../connect/stack.ts';
import { messageOf } from '../errors/error-facts.ts';
import * as checks from './checks.ts';
import type { DeployedBatch, LocalDefinition, TemplateFacts } from './facts.ts';
import type { Check, Finding } from './finding.ts';
import { lookAtNetworks } from './network.ts';
import { type Template, templateFacts } from './template-facts.ts';

export interface ExamineOptions {
  readonly stack: string;
  readonly cloudFormation: Pick<CloudFormationClient, 'send'>;
  readonly dynamodb: Pick<DynamoDBClient, 'send'>;
  readonly aws: AwsRequests;
  /** Asks the deployment's API for its batches. */
  readonly deployed: () => Promise<readonly DeployedBatch[]>;
  /** The definitions that would be deployed next. Undefined: nobody said where they are. */
  readonly local: readonly LocalDefinition[] | undefined;
}

/**
 * Examines a deployment by all checks. A check that fails is a finding of its own, and the others still run.
 *
 * @throws CommandError `cli.stack_unusable` for a stack that cannot be looked up
 */
export async function examine(options: ExamineOptions): Promise<Finding[]> {
  const { dynamodb, aws, deployed, local } = options;
  const facts = templateFacts(await templateOf(options));
  const looks: readonly (readonly [Check, right: string, look: () => Promise<Finding[]>])[] = [
    [
      'bootstrap',
      'ssm:GetParameter',
      async () => checks.checkBootstrap(facts, await bootstrapOf(aws, facts)),
    ],
    [
      'concurrency',
      'lambda:GetAccountSettings',
      async () => checks.checkConcurrency(facts, await concurrencyOf(aws)),
    ],
    [
      'table_writes',
      'dynamodb:DescribeLimits',
      async () => {
        const { TableMaxWriteCapacityUnits: quota } = await dynamodb.send(new DescribeLimitsCommand({}));
        return quota === undefined ? [] : checks.checkTableWrites(facts, quota);
      },
    ],
    ['stack_resources', '', async () => checks.checkResources(facts)],
    [
      'network',
      'lambda:GetFunctionConfiguration, ec2:DescribeVpcEndpoints and ec2:DescribeRouteTables',
      async () => checks.checkNetwork(facts, await lookAtNetworks(aws, facts.inVpc)),
    ],
    ['alarms', '', async () => checks.checkAlarms(facts)],
    [
      'definitions',
      'execute-api:Invoke on GET /v1/batches',
      async () => (local ? checks.checkDefinitions(facts, await deployed(), local) : []),
    ],
  ];
  const found = await Promise.all(
    looks.map(([check, right, look]) => look().catch(error => [unseen(check, right, error)])),
  );
  return found.flat();
}

/** @throws CommandError `cli.stack_unusable` for a stack that is not there, or whose template is not JSON */
async function templateOf({ stack, cloudFormation }: ExamineOptions): Promise<Template> {
  try {
    const { TemplateBody = '' } = await cloudFormation.send(
      new GetTemplateCommand({ StackName: stack, TemplateStage: 'Processed' }),
    );
    return JSON.parse(TemplateBody) as Template;
  } catch (error) {
    throw notLookedUp(stack, error);
  }
}

const unseen = (check: Check, right: string, error: unknown): Finding => ({
  check,
  level: 'unknown',
  found: `This was not looked at: ${messageOf(error)}`,
  todo: `It takes the right to ${right}.`,
});

/** The version of CDK's bootstrap; undefined where there is none. */
async function bootstrapOf(
  aws: AwsRequests,
  { bootstrapParameter }: TemplateFacts,
): Promise<number | undefined> {
  if (bootstrapParameter === undefined) return undefined;
  const input = { Name: bootstrapParameter };
  try {
    const { Parameter } = (await aws.operation('ssm', 'AmazonSSM.GetParameter', input)) as {
      readonly Parameter?: { readonly Value?: string };
    };
    return Number(Parameter?.Value);
  } catch (error) {
    if ((error as AwsRequestError).code === 'ParameterNotFound') return undefined;
    throw error;
  }
}

async function concurrencyOf(aws: AwsRequests): Promise<number> {
  const { AccountLimit } = (await aws.path('lambda', '/2016-08-19/account-settings')) as {
    readonly AccountLimit?: { readonly ConcurrentExecutions?: number };
  };
  const { ConcurrentExecutions } = AccountLimit ?? {};
  if (ConcurrentExecutions === undefined) throw new Error('Lambda did not say how many there are.');
  return ConcurrentExecutions;
}
