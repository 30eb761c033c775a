import type { LogLevel } from '../definition/context.ts';

/** What a line of the log is about. */
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

/** What a handler says to the log. */
export type LogLine = Note & Required<About> & { readonly level: LogLevel };
