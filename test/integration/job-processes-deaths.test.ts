import { expect, test } from '@jest/globals';
import type { ChosenHandler } from '../support/consumer-process.ts';
import { overlaps } from '../support/consumers.ts';
import { until } from '../support/until.ts';
import { jobStackForEach } from '../support/use-job-stack.ts';

const stack = jobStackForEach({ retries: { max: 1, baseDelay: 0 }, deadLetter: { enabled: true } });

type Misbehaviour = NonNullable<ChosenHandler['misbehaves']>['by'];

test.each<{ by: Misbehaviour; exit: string; memoryMb?: number }>([
  { by: 'exiting', exit: '1' },
  { by: 'hoarding memory', exit: 'SIGABRT', memoryMb: 64 },
])(
  'a process that dies by $by has used up an attempt, and after the last one the job is dead',
  async ({ by, exit, memoryMb }) => {
    const consumers = stack().consumers(
      { misbehaves: { by } },
      { supervised: true, ...(memoryMb !== undefined && { memoryMb }) },
    );
    await consumers.start(1);
    const id = await stack().addJob('a', 'b');

    const job = await stack().jobs.waitFor(id, { timeoutMs: 50_000 });
    const lastDeath = { name: 'ProcessDiedError', message: 'the process died or was stopped in attempt 2' };
    expect(job).toMatchObject({ status: 'dead', attempt: 2, maxAttempts: 2, error: lastDeath });
    expect(job.attempts.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'died'],
      [2, 'died'],
    ]);
    expect(consumers.runs.map(({ attempt, items }) => [attempt, items])).toEqual([
      [1, ['a', 'b']],
      [2, ['a', 'b']],
    ]);
    expect(overlaps(consumers.runs)).toEqual([]);
    expect(consumers.deaths).toEqual([exit, exit]);

    await until('onDead is told', () => stack().deaths.length > 0);
    const [death] = stack().deaths;
    expect(death?.job).toMatchObject({ id, status: 'dead', items: [{ id: 'a' }, { id: 'b' }] });
    expect(death?.error).toMatchObject(lastDeath);
    expect((await stack().jobs.getJobItems(id)).map(({ item, state }) => [item.id, state])).toEqual([
      ['a', 'dead'],
      ['b', 'dead'],
    ]);
  },
);
