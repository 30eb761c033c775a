/** The checks, by which findings are named. */
export type Check =
  | 'bootstrap'
  | 'concurrency'
  | 'table_writes'
  | 'stack_resources'
  | 'network'
  | 'definitions'
  | 'alarms';

/** Something about a deployment that an operator should know. */
export interface Finding {
  readonly check: Check;
  /** `problem`: something fails or waits already, or will. `warning`: it may. `unknown`: it could not be looked at. */
  readonly level: 'problem' | 'warning' | 'unknown';
  /** What was found, in a sentence. */
  readonly found: string;
  /** What to do about it, in a sentence. */
  readonly todo: string;
}
