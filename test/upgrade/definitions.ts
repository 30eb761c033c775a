import { type BatchContext, type BatchOptions, batch } from 'cistern';
import type { Definition } from '#lib/definition/options';

export interface Thing {
  readonly id: string;
  readonly group?: string;
  readonly key?: string;
  /** Makes it as large as it has to be. */
  readonly filler?: string;
}

export type Said = (batch: string, context: BatchContext<Thing>) => unknown;
export type OnDeadCall = (batch: string, job: string, ids: readonly string[]) => unknown;

const HOUR = 3_600_000;
const keyOf = ({ id, key }: Thing): string => key ?? id;

type Options = Partial<Omit<BatchOptions<Thing>, 'handler'>>;

/** One batch for each thing that may be stored of one. Their names say what is stored of them. */
const OPTIONS = {
  grouped: { groupBy: ({ group = '' }) => group },
  sharded: { shards: 3 },
  quiet: { quietMs: 10_000 },
  bytes: { maxBytes: 5_000, maxSize: 100 },
  far: { maxWaitMs: 2 * HOUR },
  packed: { maxSize: 100 },
  keyed: { deduplicateBy: keyOf },
  remembered: { deduplicateBy: { key: keyOf, ttlMs: 24 * HOUR } },
  overfull: { maxSize: 3 },
  marked: {},
  announced: {},
  gap: {},
  waiting: {},
  active: { retries: { max: 2 } },
  partly: { retries: { max: 5, strategy: 'fixed', baseDelay: 1_000 } },
  filtered: {
    retries: { max: 5, strategy: 'fixed', baseDelay: 1_000 },
    hooks: { beforeFlush: items => items.filter(({ id }) => !id.endsWith('2')) },
  },
  changed: {
    retries: { max: 5, strategy: 'fixed', baseDelay: 1_000 },
    hooks: { beforeFlush: items => items.map(item => ({ ...item, key: 'changed' })) },
  },
  parked: {},
  failed: {},
  redriven: {},
  dead: { deadLetter: { enabled: true } },
  memory: { persist: false, retries: { max: 5, strategy: 'fixed', baseDelay: 1_000 } },
  draining: {},
  throttled: { maxSize: 2, throttle: { max: 1, duration: 60_000 } },
  bounded: { concurrency: 1, retries: { max: 2 } },
  ordered: {
    maxSize: 2,
    ordered: true,
    groupBy: ({ group = '' }) => group,
    retries: { max: 5, strategy: 'fixed', baseDelay: 1_000 },
  },
} as const satisfies Record<string, Options>;

export type Name = keyof typeof OPTIONS;
const NAMES = Object.keys(OPTIONS) as readonly Name[];

/** The most that a window of a batch may hold. */
export const maxSizeOf = (name: Name): number => (OPTIONS[name] as Options).maxSize ?? 5;

/** The definitions, with handlers that say what they are given. */
export const definitions = (said: Said, noteOnDead: OnDeadCall): Definition[] =>
  NAMES.map(name => {
    const options: Options = OPTIONS[name];
    const onDead: NonNullable<Options['deadLetter']>['onDead'] = job =>
      noteOnDead(
        name,
        job.id,
        job.items.map(({ id }) => id),
      );
    return batch<Thing>({
      name,
      maxSize: 5,
      maxWaitMs: 60_000,
      ...options,
      ...(options.deadLetter && { deadLetter: { enabled: true, onDead } }),
      handler: context => said(name, context),
    }) as unknown as Definition;
  });
