import type { Template } from 'aws-cdk-lib/assertions';
import { resourceName } from './resource-name.ts';

/** What a role allows, in words that can be compared. */
export interface RoleStatement {
  readonly actions: string;
  readonly resources: string;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/**
 * All statements of a function's role.
 *
 * @throws Error for what the page has no words for: managed policies, conditions, denials
 */
export function roleStatements(template: Template, functionName: string): RoleStatement[] {
  const [lambda] = Object.values(
    template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: functionName } }),
  );
  const [role] = lambda?.['Properties'].Role['Fn::GetAtt'] ?? [];
  const { Policies, ManagedPolicyArns } = template.toJSON()['Resources'][role].Properties;
  if (ManagedPolicyArns !== undefined) throw new Error(`The role of ${functionName} has managed policies.`);
  return (Policies as readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[])
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .map(({ Effect, Action, Resource, Condition }) => {
      if (Effect !== 'Allow' || Condition !== undefined) {
        throw new Error(`A statement of ${functionName} has a condition, or denies.`);
      }
      return {
        actions: list(Action).map(code).join(', '),
        resources: list(Resource)
          .map(resource => resourceName(template, resource))
          .join(', '),
      };
    });
}

const list = <T>(one: T | readonly T[]): readonly T[] => (Array.isArray(one) ? one : [one as T]);
const code = (text: string): string => `\`${text}\``;
