import type { HandlerControl } from './handler-control.ts';

/** The batches that a stack under the browser tests has. */
export const BROWSER_BATCHES = {
  /** Without groups; `maxSize` 10, `maxWaitMs` an hour, two attempts, 2.5 s apart. */
  plain: { name: 'plain', maxSize: 10, maxWaitMs: 3_600_000 },
  /** Grouped by `item.group`; `maxSize` 4, `maxWaitMs` an hour. */
  grouped: { name: 'a:b._c-1', maxSize: 4, maxWaitMs: 3_600_000 },
  /** Grouped by `item.group`, duplicates by `item.id`; `maxSize` 2, `maxWaitMs` an hour. */
  keyed: { name: 'keyed', maxSize: 2, maxWaitMs: 3_600_000 },
} as const;

/** What the browser tests drive: a running deployment with a dashboard, and the other end of its handlers. */
export interface BrowserStack {
  /** The dashboard's address, with its token. */
  readonly dashboard: string;
  /** What `plain`'s handler does. */
  readonly handler: HandlerControl;
  add(batch: string, items: readonly unknown[]): Promise<void>;
  /** From now on the dashboard's server does not answer, as if it had ended. */
  interrupt(): Promise<void>;
  /** At the same address, with the same token. */
  restore(): Promise<void>;
  stop(): Promise<void>;
}
