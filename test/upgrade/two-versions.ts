import { expect } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import type { Definition } from '#lib/definition/options';
import { SCHEMA_VERSION } from '#lib/store/schema';
import type { Thing } from './definitions.ts';
import { Evidence } from './evidence.ts';
import { type Process, Stage } from './stage.ts';

/** The schema version of the later process. */
export const LATER = SCHEMA_VERSION + 1;
const MAX_SIZE = 3;

/** One batch in processes of this version and of a later one. */
export class TwoVersions {
  readonly stage = new Stage();
  readonly evidence = new Evidence();
  readonly older: Process;
  readonly newer: Process;

  constructor(
    options: Partial<BatchOptions<Thing>> | ((evidence: Evidence) => Partial<BatchOptions<Thing>>) = {},
  ) {
    const { evidence, stage } = this;
    const definition = batch<Thing>({
      name: 'b',
      maxSize: MAX_SIZE,
      maxWaitMs: 60_000,
      deadLetter: {
        enabled: true,
        onDead: ({ id: job, items }) => {
          const ids = items.map(({ id }) => id);
          evidence.onDeadCalls.push({ batch: 'b', job, ids, done: ids });
        },
      },
      handler: context => evidence.run('b', context, () => false),
      ...(typeof options === 'function' ? options(evidence) : options),
    }) as unknown as Definition;
    this.older = stage.process([definition]);
    this.newer = stage.process([definition], { schema: LATER });
  }

  readonly add = (process: Process, ...ids: string[]) =>
    this.evidence.add(process, 'b', ...ids.map(id => ({ id, key: id.split('/')[0] ?? id })));

  readonly operations = ({ deployment, definitions: [definition] }: Process): BatchOperations =>
    operationsOf(deployment, definition as Definition);

  /** The records of a kind become a later version's. */
  readonly relabel = async (...kinds: string[]): Promise<void> => {
    const found = (await this.stage.records()).filter(({ sk }) => kinds.includes(sk?.S?.split('|')[0] ?? ''));
    expect(found.length).toBeGreaterThan(0);
    for (const { pk, sk } of found) {
      const key = { pk: String(pk?.S), sk: String(sk?.S) };
      await this.stage.table.table.update(key, { update: 'SET #v = :v', values: { v: LATER } });
    }
  };

  /** Has the older version do all that it can do for a while: everything of the later one is as it was. */
  readonly nothingChangesWith = async (act: () => Promise<unknown>): Promise<void> => {
    const { queues } = this.stage;
    const [before, messages] = [
      await this.#laterOnes(),
      queues.held.filter(({ queue }) => queue !== 'timers'),
    ];
    await act();
    expect(await this.#laterOnes()).toEqual(before);
    // no message of a job is lost
    expect(queues.held).toEqual(expect.arrayContaining(messages));
  };

  /** The later version takes everything to its end, with nothing lost and nothing double. */
  readonly allComesOut = async (): Promise<void> => {
    await this.stage.run(this.newer, 12);
    const verdict = this.evidence.verdict(
      () => MAX_SIZE,
      () => false,
    );
    expect(verdict).toEqual([]);
    const { status, getJobs } = this.operations(this.newer);
    expect((await status()).buffers.items).toBe(0);
    const { jobs } = await getJobs();
    expect(jobs.filter(({ status: is }) => is !== 'completed' && is !== 'dead')).toEqual([]);
    expect(this.stage.queues.held).toEqual([]);
  };

  /** The later version's records, to be compared byte by byte. */
  async #laterOnes() {
    return (await this.stage.records()).filter(({ v }) => v?.N === String(LATER));
  }
}
