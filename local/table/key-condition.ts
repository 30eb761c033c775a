import { InvalidRequestError } from './invalid-request-error.ts';
import { Tokens } from './tokens.ts';

const OPERATORS = ['=', '<=', '<', '>=', '>'] as const;

/** A query of one partition of an index, bounded at one end or not. */
export interface KeyCondition {
  readonly text: string;
  readonly partition: { readonly attribute: string; readonly value: string };
  readonly sort:
    | {
        readonly attribute: string;
        readonly operator: (typeof OPERATORS)[number];
        readonly value: string;
      }
    | undefined;
}

/**
 * Parses a key condition: `#partition = :value`, and `AND #sort <operator> :value` for a bound.
 *
 * @throws InvalidRequestError
 */
export function parseKeyCondition(text: string): KeyCondition {
  const tokens = new Tokens(text);
  const partition = read(tokens);
  const sort = tokens.takeIf('AND') ? read(tokens) : undefined;
  tokens.end();
  if (partition.operator !== '=') {
    throw new InvalidRequestError(`A query needs one value of the partition key: ${text}`);
  }
  return { text, partition, sort };
}

function read(tokens: Tokens): NonNullable<KeyCondition['sort']> {
  const [attribute, ...inner] = tokens.path();
  const operator = OPERATORS.find(sign => tokens.takeIf(sign));
  const value = tokens.value();
  if (attribute === undefined || inner.length > 0 || operator === undefined || value === undefined) {
    throw tokens.unexpected('a comparison of a key with a value');
  }
  return { attribute, operator, value };
}
