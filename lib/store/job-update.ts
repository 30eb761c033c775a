import { JOB_STATUSES } from '../definition/job-info.ts';
import type { PlainRecord } from './expressions.ts';
import { conditionOf, type JobMoveName, type WrittenBy } from './job-moves.ts';
import type { Update } from './table-port.ts';

/** What a condition's states are compared with. */
export const STATUS_VALUES: PlainRecord = Object.fromEntries(JOB_STATUSES.map(status => [status, status]));

/** Attributes that a move writes, and no other ones: the compiler refuses what its table does not have. */
type Written<M extends JobMoveName, F> = F & { readonly [K in Exclude<keyof F, WrittenBy<M>>]: never };

/** What a move does to a record. */
export interface JobChange<M extends JobMoveName, S, K> {
  /** Attributes and their values; one that is undefined is removed. */
  readonly set?: Written<M, S>;
  /** Attributes that are set where they are not there. */
  readonly keep?: Written<M, K>;
  readonly add?: Partial<Readonly<Record<WrittenBy<M>, number>>>;
  /** Demanded besides the move's own condition, with `values`. */
  readonly and?: string;
  readonly values?: PlainRecord;
  /** Makes the record where there is none. */
  readonly creates?: boolean;
}

/** The update by which a record goes through a move, if it is in one of the states that the move is made in. */
export function jobUpdate<M extends JobMoveName, S extends object, K extends object>(
  name: M,
  { set, keep, add, and, values, creates = false }: JobChange<M, S, K>,
): Update {
  const clauses: Record<'SET' | 'REMOVE' | 'ADD', string[]> = { SET: [], REMOVE: [], ADD: [] };
  const given: PlainRecord = { ...STATUS_VALUES, ...values };
  for (const [field, value] of Object.entries(set ?? {})) {
    if (value === undefined) clauses.REMOVE.push(`#${field}`);
    else {
      clauses.SET.push(`#${field} = :set_${field}`);
      given[`set_${field}`] = value;
    }
  }
  for (const [field, value] of Object.entries(keep ?? {})) {
    clauses.SET.push(`#${field} = if_not_exists(#${field}, :set_${field})`);
    given[`set_${field}`] = value;
  }
  for (const [field, value] of Object.entries(add ?? {})) {
    clauses.ADD.push(`#${field} :set_${field}`);
    given[`set_${field}`] = value;
  }
  const condition = and === undefined ? conditionOf(name) : `${conditionOf(name)} AND ${and}`;
  return {
    update: Object.entries(clauses)
      .filter(([, parts]) => parts.length > 0)
      .map(([clause, parts]) => `${clause} ${parts.join(', ')}`)
      .join(' '),
    condition: creates ? `attribute_not_exists(#pk) OR (${condition})` : condition,
    creates,
    values: given,
  };
}
