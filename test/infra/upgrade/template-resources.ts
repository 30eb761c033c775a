/** A template's resources as far as CloudFormation cannot change them in place: a line each, by logical id. */
export type Resources = Readonly<Record<string, string>>;

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Properties by which resources are named. Another name is another resource. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Api': 'Name',
  'AWS::ApiGatewayV2::DomainName': 'DomainName',
  'AWS::ApiGatewayV2::Route': 'RouteKey',
  'AWS::ApiGatewayV2::Stage': 'StageName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Lambda::Alias': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SQS::Queue': 'QueueName',
};

/** Other properties whose change replaces a resource, or an index of the table. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::GlobalTable': ['KeySchema', 'GlobalSecondaryIndexes', 'LocalSecondaryIndexes'],
  'AWS::Lambda::EventSourceMapping': ['EventSourceArn'],
  'AWS::Logs::LogGroup': ['LogGroupClass'],
  'AWS::SQS::Queue': ['FifoQueue'],
};

/** Each change of the code or its settings makes a new version of a function. */
const MADE_ANEW = new Set(['AWS::Lambda::Version']);

/** Reads what must not change from a template. */
export function resourcesOf(template: { readonly Resources: Readonly<Record<string, Resource>> }): Resources {
  const lines = Object.entries(template.Resources)
    .filter(([, { Type }]) => !MADE_ANEW.has(Type))
    .map(([id, resource]) => [id, lineOf(resource)] as const);
  return Object.fromEntries(lines.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function lineOf({ Type, DeletionPolicy, Properties = {} }: Resource): string {
  const name = Properties[NAMES[Type] ?? ''];
  const fixed = (FIXED[Type] ?? []).flatMap(property =>
    Properties[property] === undefined ? [] : [`${property} ${shorten(Properties[property])}`],
  );
  const kept = DeletionPolicy === 'Retain' ? ['is retained'] : [];
  const shown = name === undefined ? [] : [typeof name === 'string' ? name : JSON.stringify(name)];
  return [[Type, ...shown].join(' '), ...fixed, ...kept].join(', ');
}

/** Of an index, what makes it another one; of a reference, what it refers to. */
function shorten(value: unknown): string {
  const keys = (schema: unknown) =>
    (schema as readonly { readonly AttributeName: string }[])
      .map(({ AttributeName }) => AttributeName)
      .join('+');
  if (Array.isArray(value)) {
    return value
      .map(each => ('IndexName' in each ? `${each.IndexName}(${keys(each.KeySchema)})` : each.AttributeName))
      .join('+');
  }
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).flat().join('.');
}

/** What an update of a stack would replace or delete, in words. */
export function broken(before: Resources, after: Resources): string[] {
  return Object.entries(before).flatMap(([id, was]) => {
    const is = after[id];
    if (is === was) return [];
    return [is === undefined ? `${id} is deleted: ${was}` : `${id} is replaced: ${was} → ${is}`];
  });
}
