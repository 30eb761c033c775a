import type { LogLevel } from '../definition/context.ts';

/** The batch and the job that a log line is about. */
export interface About {
  readonly batch?: string;
  readonly job?: string;
  readonly group?: string | undefined;
  readonly attempt?: number;
}

/** A line of the log. */
export interface Note extends About {
  readonly level: LogLevel | 'debug';
  readonly message: string;
  readonly data?: unknown;
}

/** A log line that a handler writes. */
export type LogLine = Note & Required<About> & { readonly level: LogLevel };
