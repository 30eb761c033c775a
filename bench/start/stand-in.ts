type Values = Record<string, Record<string, unknown>>;

/** Answers a request of the AWS clients as a service does in which nothing is; a reservation gets what it has set, in a window that another process has opened. */
export function answerOf(target: string, body: string): string {
  const operation = target.split('.').at(-1);
  if (operation === 'Query' || operation === 'Scan') return '{"Items":[],"Count":0}';
  if (operation !== 'UpdateItem') return '{}';
  const {
    Key,
    UpdateExpression,
    ExpressionAttributeValues: values = {},
  } = JSON.parse(body) as {
    Key: Values;
    UpdateExpression: string;
    ExpressionAttributeValues?: Values;
  };
  const attributes: Values = { ...Key };
  for (const [, name = '', value = ''] of UpdateExpression.matchAll(
    /#(\w+) = (?:if_not_exists\(#\w+, )?(:\w+)/g,
  )) {
    if (values[value]) attributes[name] = values[value];
  }
  for (const [, name = '', value = ''] of UpdateExpression.matchAll(/ADD #(\w+) (:\w+)/g)) {
    if (values[value]) attributes[name] = values[value];
  }
  // another process has opened the window, so that no timer is armed
  if (attributes['openedBy']) attributes['openedBy'] = { S: 'another' };
  return JSON.stringify({ Attributes: attributes });
}
