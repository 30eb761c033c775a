import type { TemplateFacts } from './facts.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A template as CloudFormation has it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string }>>;
  readonly Rules?: unknown;
}

/** What CDK asks of the bootstrap, if its rule says nothing. */
const LEAST_BOOTSTRAP = 6;

/** Services that only some deployments reach, by the action that their functions may do then. */
const SERVICES = { events: 'events:PutEvents', xray: 'xray:PutSpans' };

/** Reads what a stack's template says of a deployment. */
export function templateFacts({ Resources = {}, Parameters = {}, Rules }: Template): TemplateFacts {
  const of = (type: string) =>
    Object.values(Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties = {} }) => Properties);
  const functions = of('AWS::Lambda::Function');
  const variables = (name: string): string[] =>
    functions.flatMap(({ Environment }) => {
      const value = (Environment as { readonly Variables?: Readonly<Record<string, unknown>> } | undefined)
        ?.Variables?.[name];
      return typeof value === 'string' ? [value] : [];
    });
  const alarms = of('AWS::CloudWatch::Alarm');
  const roles = JSON.stringify(of('AWS::IAM::Role'));
  const bootstrapParameter = Parameters['BootstrapVersion']?.Default;
  return {
    resources: Object.keys(Resources).length,
    bootstrapParameter,
    bootstrapVersion: refusedVersions(Rules) + 1,
    ownConsumers: variables('CISTERN_BATCH'),
    pools: variables('CISTERN_POOL'),
    inVpc: functions.flatMap(({ VpcConfig, FunctionName }) => (VpcConfig ? [String(FunctionName)] : [])),
    services: Object.entries(SERVICES).flatMap(([service, action]) =>
      roles.includes(`"${action}"`) ? [service] : [],
    ),
    mappings: of('AWS::Lambda::EventSourceMapping')
      .filter(({ BatchSize, EventSourceArn }) => BatchSize === 1 && !isDeadQueue(EventSourceArn, Resources))
      .map(({ ScalingConfig, ProvisionedPollerConfig }) => ({
        maxConcurrency: numberOf(ScalingConfig, 'MaximumConcurrency'),
        maximumPollers: ProvisionedPollerConfig
          ? (numberOf(ProvisionedPollerConfig, 'MaximumPollers') ?? 200)
          : undefined,
      })),
    reserved: functions.reduce((sum, each) => sum + (numberOf(each, 'ReservedConcurrentExecutions') ?? 0), 0),
    alarms: alarms.length,
    silentAlarms: alarms
      .filter(({ AlarmActions = [] }) => (AlarmActions as readonly unknown[]).length === 0)
      .map(({ AlarmName }) => String(AlarmName)),
    warmWrites: of('AWS::DynamoDB::GlobalTable')
      .map(({ WarmThroughput }) => numberOf(WarmThroughput, 'WriteUnitsPerSecond'))
      .find(units => units !== undefined),
  };
}

function numberOf(of: unknown, property: string): number | undefined {
  const value = (of as Readonly<Record<string, unknown>> | undefined)?.[property];
  return value === undefined ? undefined : Number(value);
}

/** The dead letter queue is read by no consumer. Of all queues with one message an invocation, only it has no redrive. */
function isDeadQueue(arn: unknown, resources: Readonly<Record<string, Resource>>): boolean {
  const [id = ''] = (arn as { readonly 'Fn::GetAtt'?: readonly string[] } | undefined)?.['Fn::GetAtt'] ?? [];
  return resources[id]?.Properties?.['RedrivePolicy'] === undefined;
}

/** CDK's rule names the versions of the bootstrap that are too old. */
function refusedVersions(rules: unknown): number {
  const [, listed = ''] = /"Fn::Contains":\[\[([^\]]*)\]/.exec(JSON.stringify(rules ?? {})) ?? [];
  const versions = listed
    .split(',')
    .map(each => Number(each.replaceAll('"', '')))
    .filter(Number.isFinite);
  return listed === '' ? LEAST_BOOTSTRAP - 1 : Math.max(...versions);
}
