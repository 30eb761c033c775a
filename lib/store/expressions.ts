import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** A record as plain data. */
export type PlainRecord = Record<string, unknown>;

/** DynamoDB's form of a record or of an expression's values; what is undefined is left out. */
export const toAttributes = (record: PlainRecord): Record<string, AttributeValue> =>
  marshall(record, { removeUndefinedValues: true });

export const fromAttributes = (attributes: Record<string, AttributeValue>): PlainRecord =>
  unmarshall(attributes);

/** An expression's parts as the SDK's commands take them. */
export interface Expression {
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/**
 * Names and values for expressions in which every attribute is written `#itsName`: many plain words are
 * reserved in DynamoDB, so none is ever written bare.
 *
 * @param expressions the expressions, to find the names in
 * @param values by placeholder without its colon; those that no expression uses are left out, as DynamoDB demands
 * @param aliases names that are not their own placeholder: map keys
 */
export function placeholders(
  expressions: readonly (string | undefined)[],
  values: PlainRecord,
  aliases: Readonly<Record<string, string>> = {},
): Expression {
  const text = expressions.join(' ');
  const used = (sigil: string) => [...new Set(text.match(new RegExp(`${sigil}\\w+`, 'g')) ?? [])];
  const names = Object.fromEntries(used('#').map(name => [name, aliases[name.slice(1)] ?? name.slice(1)]));
  const given = Object.fromEntries(used(':').map(placeholder => [placeholder, values[placeholder.slice(1)]]));
  return {
    ExpressionAttributeNames: names,
    ...(Object.keys(given).length > 0 && { ExpressionAttributeValues: toAttributes(given) }),
  };
}
