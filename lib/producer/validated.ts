import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as ERROR_CODES from '../error-codes.ts';
import { cut } from '../text/cut.ts';
import { kindOf } from '../text/kind-of.ts';
import { messageOf } from '../text/message-of.ts';
import type { Refuse } from './refuse.ts';

/** The most issues that an error lists. An item may have an issue for each of its elements. */
const TOLD = 20;

/**
 * Returns an item as its schema makes it. The item is refused if the schema reports issues, throws, or returns something
 * that is not a result.
 */
export async function validated(schema: StandardSchemaV1, item: unknown, refuse: Refuse): Promise<unknown> {
  let result: unknown;
  try {
    result = await schema['~standard'].validate(item);
  } catch (error) {
    return refuse(ERROR_CODES.itemRefused, `its schema threw: ${messageOf(error)}`);
  }
  if (typeof result === 'object' && result !== null) {
    if ('issues' in result && result.issues !== undefined) return refuseForIssues(result.issues, refuse);
    if ('value' in result) return result.value;
  }
  return refuse(
    ERROR_CODES.itemRefused,
    `its schema gave ${kindOf(result)}, which is no result: { value }, or { issues }. It is no Standard Schema.`,
  );
}

/** Refuses an item for the issues that its schema reports. */
function refuseForIssues(given: unknown, refuse: Refuse): never {
  const issues: readonly unknown[] = Array.isArray(given) ? given : [];
  const told = issues.slice(0, TOLD).map(toIssue);
  const first = told[0];
  const where = first?.path.length ? ` at ${first.path.join('.')}` : '';
  return refuse(
    ERROR_CODES.itemRefused,
    `its schema refuses it${where}: ${first?.message ?? 'no reason given'}`,
    { issues: told, issueCount: issues.length },
  );
}

function toIssue(issue: unknown): { readonly message: string; readonly path: string[] } {
  const { path } = (issue ?? {}) as { readonly path?: unknown };
  return {
    message: cut(messageOf(issue), 1_000),
    path: (Array.isArray(path) ? path : []).slice(0, 20).map(segment => cut(segmentOf(segment), 50)),
  };
}

const segmentOf = (segment: unknown): string =>
  typeof segment === 'object' && segment !== null && 'key' in segment
    ? messageOf(segment.key)
    : messageOf(segment);
