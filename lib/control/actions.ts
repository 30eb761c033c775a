import pLimit from 'p-limit';
import type { Action, ActionEntry, ActionRecord } from '../store/action-ports.ts';
import type { Services } from '../store/services.ts';
import { beginningOf } from '../text/cut.ts';

/** Batches whose logs are read at the same time. */
const PARALLEL_BATCHES = 8;
/** Characters that are kept of what was asked, of who asked, and of where from. */
const LENGTHS = { asked: 1_000, by: 300, from: 100 };

/** Who asked for something. */
export interface Caller {
  /** As the API's authorizer has it. */
  readonly by?: string;
  /** An address, or `invocation`. */
  readonly from?: string;
}

/** An operator's action, as it is told. */
export interface ActionInfo extends Omit<ActionRecord, 'at'> {
  readonly at: Date;
}

export interface ActionsPage {
  /** The latest first. */
  readonly actions: readonly ActionInfo[];
  readonly cursor?: string;
}

/**
 * Notes in the log what an operator has done. The operation's answer waits for it for a moment at the most, and does not
 * depend on it (invariant 13).
 *
 * @param done what was asked, what was answered, and who asked
 */
export async function noteAction(
  { store, clock, newId, background }: Pick<Services, 'store' | 'clock' | 'newId' | 'background'>,
  action: Action,
  {
    input,
    answer,
    caller,
  }: { readonly input: object; readonly answer: unknown; readonly caller?: Caller | undefined },
): Promise<void> {
  const { batch: named, job: asking, ...asked } = input as Readonly<Record<string, unknown>>;
  const told = (typeof answer === 'object' && answer !== null ? answer : {}) as Readonly<
    Record<string, unknown>
  >;
  const batch = named ?? told['batch'];
  if (typeof batch !== 'string') return;
  const job = asking === undefined ? undefined : (told['id'] ?? told['purged'] ?? asking);
  const { by, from } = caller ?? {};
  const record = {
    at: clock.now(),
    action,
    batch,
    ...(job !== undefined && { job: String(job) }),
    ...(by !== undefined && { by: beginningOf(by, LENGTHS.by) }),
    ...(from !== undefined && { from: beginningOf(from, LENGTHS.from) }),
    ...textOf('asked', asked),
    ...textOf('result', countsOf(told)),
  };
  const id = newId();
  await background.soon('an action is not in the log of actions', () => store.actions.note(record, id), {
    batch,
  });
}

/** What an answer counts: its numbers, and the lengths of its lists. */
const countsOf = (answer: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(answer).flatMap(([name, value]) => {
      if (COUNTED.includes(name) && typeof value === 'number') return [[name, value]];
      return COUNTED.includes(name) && Array.isArray(value) ? [[name, value.length]] : [];
    }),
  );
const COUNTED = ['jobs', 'flushed', 'unparked', 'redriven', 'refused', 'purged'];

function textOf(name: 'asked' | 'result', value: object): { readonly [name: string]: string } {
  if (Object.keys(value).length === 0) return {};
  return { [name]: beginningOf(JSON.stringify(value), LENGTHS.asked) };
}

/** Lists what operators have done to these batches in the last 90 days, the latest first. */
export async function listActions(
  { store }: Pick<Services, 'store'>,
  batches: readonly string[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<ActionsPage> {
  const parallel = pLimit(PARALLEL_BATCHES);
  const pages = await Promise.all(
    batches.map(batch => parallel(() => store.actions.list(batch, limit + 1, cursor))),
  );
  const entries = pages.flat().sort((a, b) => (a.place < b.place ? -1 : 1));
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  return {
    actions: page.map(toInfo),
    ...(entries.length > limit && last && { cursor: last.place }),
  };
}

const toInfo = ({ place: _, at, ...action }: ActionEntry): ActionInfo => ({ at: new Date(at), ...action });
