import type { ActionEntry, ActionRecord, ActionStore } from './action-ports.ts';
import { ACTIONS } from './action-ports.ts';
import type { PlainRecord } from './expressions.ts';
import { toSeconds } from './record-life.ts';
import type { Table } from './table-port.ts';

const DAY_MS = 86_400_000;
/** How long an entry is kept. */
const KEPT_MS = 90 * DAY_MS;
/** Times are written as what is left until then, so that the latest come first. */
const END_OF_TIME = 999_999_999_999_999;
const TIME_DIGITS = 15;

const SK = 'action|';
const partition = (batch: string): string => `actions|${batch}`;

/** The log of actions in a table: a record each, in a partition for each batch. Entries expire by TTL. */
export class Actions implements ActionStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async note(action: ActionRecord, id: string): Promise<void> {
    const at = Math.floor(action.at);
    const fields = Object.entries({ ...action, at, expires: toSeconds(at + KEPT_MS) }).filter(
      ([, value]) => value !== undefined,
    );
    const place = `${String(END_OF_TIME - at).padStart(TIME_DIGITS, '0')}|${id}`;
    // An update, since each function that acts may make updates, and not all may put records.
    await this.#table.update(
      { pk: partition(action.batch), sk: SK + place },
      {
        update: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        creates: true,
        values: Object.fromEntries(fields),
      },
    );
  }

  async list(batch: string, limit: number, after = ''): Promise<ActionEntry[]> {
    // No character of a place is greater than `~`. The entry at `after` itself comes first.
    const more = after === '' ? 0 : 1;
    const { records } = await this.#table.rangePage(partition(batch), SK + after, `${SK}~`, limit + more);
    return records
      .map(toEntry)
      .filter(({ place }) => place > after)
      .slice(0, limit);
  }
}

function toEntry(record: PlainRecord): ActionEntry {
  const text = (name: string) => (record[name] === undefined ? {} : { [name]: String(record[name]) });
  return {
    at: Number(record['at']),
    action: ACTIONS.find(known => known === record['action']) ?? 'flush',
    batch: String(record['batch']),
    ...text('job'),
    ...text('by'),
    ...text('from'),
    ...text('asked'),
    ...text('result'),
    place: String(record['sk']).slice(SK.length),
  };
}
