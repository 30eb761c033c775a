import type { Template } from 'aws-cdk-lib/assertions';
import { SAMPLE_DEPLOYMENT } from './sample.ts';

type Reference = {
  readonly 'Fn::GetAtt'?: readonly [string, string];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
};

/** What readers of the page call a resource that a statement is for, such as `table` or `queue jobs of departures`. */
export function resourceName(template: Template, resource: unknown): string {
  if (resource === '*') return 'everything (`*`)';
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as Reference;
  if (attribute) return nameOf(template, attribute[0]);
  const text = (join?.[1] ?? []).filter(part => typeof part === 'string').join('');
  const index = /\/index\/(\w+)$/.exec(text);
  if (index) return `index ${index[1]}`;
  if (text.includes(':event-bus/')) return 'the event bus';
  throw new Error(`The page has no name for ${JSON.stringify(resource)}.`);
}

function nameOf(template: Template, id: string): string {
  const resource = template.toJSON()['Resources'][id];
  switch (resource.Type) {
    case 'AWS::DynamoDB::GlobalTable':
      return 'table';
    case 'AWS::Logs::LogGroup':
      return 'its own log';
    case 'AWS::KMS::Key':
      return 'the key';
    case 'AWS::SQS::Queue':
      return queueName(resource.Properties.QueueName.slice(SAMPLE_DEPLOYMENT.length + 1));
    default:
      throw new Error(`The page has no name for a ${resource.Type}.`);
  }
}

const queueName = (name: string): string => `queue ${name.replace('-', ' of ')}`;
