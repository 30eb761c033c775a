import type { StandardSchemaV1 } from '@standard-schema/spec';
import { cut } from '../cut.ts';
import { ERROR_CODES } from '../errors.ts';
import type { Refuse } from '../refuse.ts';

/** Issues that are told at the most. An item may have one for each of its elements, each quoting it. */
const TOLD = 20;

/** Refuses an item for what its schema has against it. */
export function refuseForIssues(issues: readonly StandardSchemaV1.Issue[], refuse: Refuse): never {
  const told = issues.slice(0, TOLD).map(({ message, path = [] }) => ({
    message: cut(message, 1_000),
    path: path
      .slice(0, 20)
      .map(segment => cut(String(typeof segment === 'object' ? segment.key : segment), 50)),
  }));
  const first = told[0];
  const where = first?.path.length ? ` at ${first.path.join('.')}` : '';
  return refuse(
    ERROR_CODES.itemRefused,
    `its schema refuses it${where}: ${first?.message ?? 'no reason given'}`,
    { issues: told, issueCount: issues.length },
  );
}
