import * as v from 'valibot';
import type { AdminAction } from '../../topology.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';
import { parameterNames } from './route.ts';

const PARAMETERS: v.ObjectEntries = {
  batch: v.string('it has to be a batch’s name'),
  job: v.string('it has to be a job’s id'),
};

/** The schema of a direct invocation's event: the path's parameters, the request's fields, and the fields of `with`. */
export function eventOf({ route, request, direct }: Operation): v.ObjectEntries {
  const parameters = parameterNames({ route }).map(name => [name, PARAMETERS[name] ?? v.string()]);
  const fields = request?.schema && 'entries' in request.schema ? (request.schema.entries as object) : {};
  return { ...Object.fromEntries(parameters), ...fields, ...direct?.with };
}

const requiredFields = (entries: v.ObjectEntries): string[] =>
  Object.keys(entries).filter(name => !/optional/.test(entries[name]?.type ?? ''));

/**
 * Reads which operation an event asks for, and its input. It is the operation whose required fields the event has. If
 * there are several, it is the one with the most required fields.
 *
 * @throws RequestError `request.malformed`
 */
export function readEvent(
  operations: readonly Operation[],
  action: AdminAction,
  event: unknown,
): { readonly operation: Operation; readonly input: unknown } {
  const given = typeof event === 'object' && event !== null ? event : {};
  const own = operations
    .filter(({ direct }) => direct?.function === action)
    .map(operation => ({ operation, entries: eventOf(operation) }));
  const [found = own[0]] = own
    .map(each => ({ ...each, required: requiredFields(each.entries) }))
    .filter(({ required }) => required.every(name => Object.hasOwn(given, name)))
    .sort((a, b) => b.required.length - a.required.length);
  if (found === undefined) throw new TypeError(`No operation is for the function ${action}.`);
  return { operation: found.operation, input: parseInput(v.strictObject(found.entries), event, 'event') };
}
