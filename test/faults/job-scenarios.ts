import type { Deployment } from '#lib/deployment/deployment';
import type { JobScene, SceneOptions } from '../support/job-scene.ts';

/** Something that a process does with jobs while something goes wrong, and the laws that hold afterwards. */
export interface JobScenario {
  readonly name: string;
  readonly options: SceneOptions;
  /** What healthy processes have done before. */
  readonly before: (scene: JobScene) => Promise<unknown>;
  readonly act: (scene: JobScene, process: Deployment) => Promise<unknown>;
  /** What healthy processes do afterwards, before the recovery. */
  readonly after?: (scene: JobScene) => Promise<unknown>;
  /** The breaches of the scenario's own laws, in words. */
  readonly judge: (scene: JobScene) => Promise<string[]>;
}

/** Enough for a crash and a lapsed lock beside the failures that a scenario plays: a crash uses an attempt up. */
const RETRIES = { max: 5, strategy: 'fixed', baseDelay: 100 } as const;
const HOUR = 3_600_000;
const keyOf = (id: string): string => id.split('/')[0] ?? id;

const addAll =
  (...ids: string[]) =>
  (scene: JobScene) =>
    scene.add(scene.world.healthy, ...ids);
const runJobs = (scene: JobScene, process: Deployment) => scene.world.runJobs(process);
const times = (scene: JobScene, id: string) => scene.runs.filter(({ ids }) => ids.includes(id)).length;

async function ended(scene: JobScene, item: string, status: string, states: string): Promise<string[]> {
  const id = scene.jobOf(item);
  const job = await scene.job(id);
  const found = `${job?.status}: ${job && (await scene.states(id))}`;
  return found === `${status}: ${states}` ? [] : [`job of ${item} is ${found}, not ${status}: ${states}`];
}

/** Two batches with one key within its time, but for those of a bygone one. */
function doubled(scene: JobScene, bygone: readonly string[] = []): string[] {
  const jobs = new Map<string, Set<string>>();
  for (const { job, ids } of scene.runs) {
    for (const id of ids.filter(each => !bygone.includes(each))) {
      jobs.set(keyOf(id), (jobs.get(keyOf(id)) ?? new Set()).add(job));
    }
  }
  return [...jobs].flatMap(([key, { size }]) => (size > 1 ? [`key ${key} is in ${size} batches`] : []));
}

/** Duplicates that were acknowledged although nothing with their key is in the batch that their receipts name. */
const untrue = (scene: JobScene): string[] =>
  [...scene.acknowledged].flatMap(([id, { job, duplicate }]) => {
    const there = scene
      .runsOf(job)
      .flat()
      .some(other => keyOf(other) === keyOf(id));
    return duplicate && !there ? [`${id} is no duplicate of anything in ${job}`] : [];
  });

export const JOB_SCENARIOS: readonly JobScenario[] = [
  {
    name: 'a consumer whose handler fails partly and then succeeds: what is settled on record never comes back',
    options: scene => ({
      retries: RETRIES,
      handler: ({ batch, fail }) => {
        for (const item of batch) if (item.id !== 'a' && times(scene, item.id) < 2) fail(item);
      },
    }),
    before: addAll('a', 'b', 'c'),
    act: runJobs,
    judge: scene => ended(scene, 'a', 'completed', 'a done, b done, c done'),
  },
  {
    name: 'a consumer with a beforeFlush that never answers the same twice: each attempt sees the same',
    options: scene => {
      let calls = 0;
      return {
        retries: RETRIES,
        hooks: {
          beforeFlush: items => {
            calls += 1;
            return items.map(({ id }) => ({ id: `${id}#${calls}` }));
          },
        },
        handler: ({ id }) => {
          if (scene.runsOf(id).length < 2) throw new Error('once more, please');
        },
      };
    },
    before: addAll('a', 'b', 'c'),
    act: runJobs,
    judge: async scene => {
      const runs = scene.runsOf(scene.jobOf('a'));
      const [first] = runs;
      const breaches = runs.filter(ids => `${ids}` !== `${first}`).map(ids => `${first} became ${ids}`);
      const states = first?.map(id => `${id} done`).join(', ') ?? '';
      return [...breaches, ...(await ended(scene, 'a', 'completed', states))];
    },
  },
  {
    name: 'a consumer whose job dies: it is dead with its items, and onDead is called at least once',
    options: scene => ({
      retries: { ...RETRIES, max: 1 },
      deadLetter: {
        enabled: true,
        onDead: job => void scene.onDeadCalls.push({ job: job.id, ids: job.items.map(({ id }) => id) }),
      },
      handler: ({ batch, fail }) => {
        for (const item of batch) if (item.id !== 'a') fail(item);
      },
    }),
    before: addAll('a', 'b', 'c'),
    act: runJobs,
    judge: async scene => {
      const id = scene.jobOf('a');
      const called = scene.onDeadCalls.filter(({ job }) => job === id).map(({ ids }) => `${ids}`);
      // where both attempts were used up by crashes, a was never settled on record
      const states = await scene.states(id);
      const gone = states === 'a done, b dead, c dead' ? 'b,c' : 'a,b,c';
      const all = gone === 'b,c' ? states : 'a dead, b dead, c dead';
      return [
        ...(await ended(scene, 'a', 'dead', all)),
        ...(called.length === 0 ? ['onDead was not called'] : []),
        ...called.filter(ids => ids !== gone).map(ids => `onDead got ${ids}, dead are ${gone}`),
      ];
    },
  },
  {
    name: 'a consumer of an ordered group, whose first window is retried: the second waits for its end',
    options: scene => ({
      maxSize: 2,
      ordered: true,
      retries: RETRIES,
      handler: async ({ batch, id }) => {
        if (batch[0]?.id === 'c') {
          const first = await scene.job(scene.jobOf('a'));
          if (first?.status !== 'completed') scene.breaches.push(`c ran while a was ${first?.status}`);
        } else if (scene.runsOf(id).length < 2) throw new Error('once more, please');
      },
    }),
    before: addAll('a', 'b', 'c', 'd'),
    act: runJobs,
    judge: async scene => [
      ...(await ended(scene, 'a', 'completed', 'a done, b done')),
      ...(await ended(scene, 'c', 'completed', 'c done, d done')),
    ],
  },
  {
    name: 'a redrive, and the run that it makes: only what had failed is handled, and nothing is half redriven',
    options: scene => ({
      retries: RETRIES,
      deadLetter: { enabled: true },
      handler: ({ batch, fail }) => {
        for (const item of batch)
          if (item.id !== 'a' && times(scene, item.id) < 2) fail(item, 'no', { retryable: false });
      },
    }),
    before: async scene => {
      await scene.add(scene.world.healthy, 'a', 'b', 'c');
      await scene.world.runJobs();
    },
    act: async (scene, process) => {
      const { redrives } = await scene.operations(process).redrive(scene.jobOf('a'));
      if (redrives !== 1) scene.breaches.push(`it was redriven ${redrives} times`);
      scene.onDeadCalls.push({ job: scene.jobOf('a'), ids: ['redriven'] });
      await scene.world.runJobs(process);
    },
    judge: async scene => {
      const id = scene.jobOf('a');
      const again = scene.runsOf(id).slice(1);
      const breaches = again
        .filter(ids => `${ids}` !== 'b,c')
        .map(ids => `${ids} were handled after the redrive`);
      const told = scene.onDeadCalls.length > 0;
      // a redrive that failed may have been applied or not; one that was told of has been
      const redriven = told || (await scene.job(id))?.redrives === 1;
      const states = redriven ? 'a done, b done, c done' : 'a done, b dead, c dead';
      return [...breaches, ...(await ended(scene, 'a', redriven ? 'completed' : 'dead', states))];
    },
  },
  {
    name: 'an add with keys that outlive their window, some of them flushed: no key is in two batches',
    options: () => ({ deduplicateBy: { key: ({ id }) => keyOf(id), ttlMs: HOUR }, handler: () => {} }),
    before: async scene => {
      await scene.add(scene.world.healthy, 'a/1');
      await scene.operations().flush();
      await scene.world.runJobs();
    },
    act: (scene, process) => scene.add(process, 'a/2', 'b/1', 'c/1', 'b/2'),
    after: scene => scene.add(scene.world.healthy, 'a/3', 'b/3', 'c/2', 'd/1'),
    judge: async scene => [...doubled(scene), ...untrue(scene)],
  },
  {
    name: 'an add of a key whose time is up: it is in one more batch, and only one',
    options: () => ({ deduplicateBy: { key: ({ id }) => keyOf(id), ttlMs: HOUR }, handler: () => {} }),
    before: async scene => {
      await scene.add(scene.world.healthy, 'a/1');
      await scene.operations().flush();
      await scene.world.runJobs();
      scene.world.clock.advance(HOUR + 1_000);
    },
    act: (scene, process) => scene.add(process, 'a/2'),
    after: async scene => {
      await scene.operations().flush();
      await scene.add(scene.world.healthy, 'a/3');
    },
    judge: async scene => [...doubled(scene, ['a/1']), ...untrue(scene)],
  },
];
