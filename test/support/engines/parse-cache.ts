import { type DynaliteRequest, dynalite, type UpdateStep } from './dynalite.ts';

/** Expressions whose parsing looks at the values and not just at their types. */
const VALUE_DEPENDENT = /between|attribute_type/i;
/** Windows' numbers are names in expressions, so ever new ones come up; then it starts afresh. */
const LARGEST_CACHE = 500;

interface Template {
  readonly updates: DynaliteRequest['_updates'];
  readonly condition: DynaliteRequest['_condition'];
}

/** Stands in a template where an expression's value goes. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Keeps the syntax trees of writes' expressions: parsing the reservation's update anew each time takes 40 % of
 * dynalite's time. Everything that a tree depends on is in its key, the values themselves excepted, which are put
 * into a copy.
 *
 * @param validate dynalite's own: checks a request, parses its expressions, returns what is wrong with it
 */
export function cacheParsing(
  validate: (request: DynaliteRequest) => string | undefined,
): (request: DynaliteRequest) => string | undefined {
  const templates = new Map<string, Template>();
  return request => {
    const key = cacheKey(request);
    const template = key === undefined ? undefined : templates.get(key);
    const values = request.ExpressionAttributeValues ?? {};
    if (template !== undefined) {
      // it also brings numbers into their canonical form, in place
      const wrong = Object.values(values).some(value => dynalite.validations.validateAttributeValue(value));
      if (wrong) return validate(request);
      const fill = (node: object) => (node instanceof Placeholder ? values[node.name] : undefined);
      request._updates = withSections(template.updates, fill);
      request._condition = withExpression(template.condition, fill);
      return undefined;
    }
    const invalid = validate(request);
    if (invalid === undefined && key !== undefined) {
      const names = new Map<object, Placeholder>(
        Object.entries(values).map(([name, value]) => [value, new Placeholder(name)]),
      );
      const hollow = (node: object) => names.get(node);
      if (templates.size >= LARGEST_CACHE) templates.clear();
      templates.set(key, {
        updates: withSections(request._updates, hollow),
        condition: withExpression(request._condition, hollow),
      });
    }
    return invalid;
  };
}

function cacheKey(request: DynaliteRequest): string | undefined {
  const { UpdateExpression = '', ConditionExpression = '' } = request;
  const expressions = UpdateExpression + ConditionExpression;
  const otherExpressions =
    request.KeyConditionExpression ?? request.FilterExpression ?? request.ProjectionExpression;
  if (expressions === '' || otherExpressions !== undefined || VALUE_DEPENDENT.test(expressions))
    return undefined;
  const types = Object.entries(request.ExpressionAttributeValues ?? {}).map(([name, value]) => [
    name,
    ...Object.keys(value),
  ]);
  return JSON.stringify([UpdateExpression, ConditionExpression, request.ExpressionAttributeNames, types]);
}

type Replace = (node: object) => unknown;

const withSections = (updates: Template['updates'], replace: Replace): Template['updates'] =>
  updates && { ...updates, sections: copy(updates.sections, replace) as UpdateStep[] };

const withExpression = (condition: Template['condition'], replace: Replace): Template['condition'] =>
  condition && { ...condition, expression: copy(condition.expression, replace) };

/** A deep copy of a syntax tree in which nodes are replaced; dynalite writes into trees, so none is shared. */
function copy(node: unknown, replace: Replace): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const replaced = replace(node);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(node)) return node.map(child => copy(child, replace));
  const copied: Record<string, unknown> = {};
  for (const [name, child] of Object.entries(node)) copied[name] = copy(child, replace);
  return copied;
}
