import type { Synthesised } from './synthesise.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

type Reference = {
  readonly 'Fn::GetAtt'?: readonly string[];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
};

/** Whose name stands for which resource. */
const NAME_PROPERTIES = {
  'AWS::SQS::Queue': 'QueueName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Logs::LogGroup': 'LogGroupName',
} as const;

const list = <T>(one: T | readonly T[]): readonly T[] => (Array.isArray(one) ? one : [one as T]);

/** What a function's role allows: sorted actions by the name of the resource they are allowed on. */
export function rightsOf(synthesised: Synthesised, functionName: string): Record<string, string[]> {
  const rights: Record<string, string[]> = {};
  for (const { Effect, Action, Resource, Condition } of statementsOf(synthesised, functionName)) {
    if (Effect !== 'Allow' || Condition !== undefined) throw new Error('Only plain statements are expected.');
    for (const resource of list(Resource)) {
      const name = nameOf(synthesised, resource);
      rights[name] = [...(rights[name] ?? []), ...list(Action)].sort();
    }
  }
  return rights;
}

/** All statements of a function's role; it may have no policies but its inline ones. */
function statementsOf({ named, resources }: Synthesised, functionName: string): Statement[] {
  const { Properties } = named('AWS::Lambda::Function', 'FunctionName', functionName);
  const role = (Properties['Role'] as { readonly 'Fn::GetAtt': readonly [string, string] })['Fn::GetAtt'][0];
  const properties = resources('AWS::IAM::Role')[role]?.Properties ?? {};
  if (properties['ManagedPolicyArns'] !== undefined) throw new Error(`${role} has managed policies.`);
  if (Object.keys(resources('AWS::IAM::Policy')).length > 0)
    throw new Error('There are policies beside the roles.');
  const policies = properties['Policies'] as readonly {
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** The name in `Fn::GetAtt: [id, Arn]`, or joined with what follows it; a text, wildcards too, stays as it is. */
function nameOf(synthesised: Synthesised, resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as Reference;
  if (join) return join[1].map(part => nameOf(synthesised, part)).join(join[0]);
  const id = attribute?.[0] ?? '';
  for (const [type, property] of Object.entries(NAME_PROPERTIES)) {
    const found = synthesised.resources(type)[id];
    if (found) return String(found.Properties[property]);
  }
  return JSON.stringify(resource);
}
