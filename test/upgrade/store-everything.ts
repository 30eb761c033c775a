import type { BatchContext } from 'cistern';
import { operationsOf } from '#lib/batch-operations';
import { takePermits } from '#lib/limits/permits';
import { definitions, type Name, type Thing } from './definitions.ts';
import { Evidence } from './evidence.ts';
import { failing } from './failing.ts';
import type { Process, Stage } from './stage.ts';

/** Batches whose first runs fail, so that something of them is left. */
const FAILING: readonly string[] = ['filtered', 'changed', 'failed', 'redriven', 'dead', 'memory', 'ordered'];

const things = (prefix: string, count: number, change: Partial<Thing> = {}): Thing[] =>
  Array.from({ length: count }, (_, i) => ({ id: `${prefix}${i + 1}`, ...change }));

/**
 * Stores every kind of record in every state in which a deployment may be left: what the next version finds.
 * Returns what producers were told and handlers saw.
 */
export async function storeEverything(stage: Stage): Promise<Evidence> {
  const evidence = new Evidence();
  const all = definitions(
    (batch, context) => handle(evidence, batch, context),
    () => {
      throw new Error('onDead is owed');
    },
  );
  const usual = stage.process(all);
  const sealless = stage.process(all, {
    through: store => ({ ...store, seals: failing(store.seals, 'sealOpen', 'sealFull') }),
  });
  const jobless = stage.process(all, {
    through: store => ({ ...store, jobs: failing(store.jobs, 'putJob') }),
  });
  const voiceless = stage.process(all, { services: { queues: failing(stage.queues, 'sendJob') } });
  const blind = stage.process(all, {
    through: store => ({
      ...store,
      dedupKeys: new Proxy(store.dedupKeys, {
        get: (dedupKeys, name) => {
          if (name === 'readKeys') return async () => new Map();
          const member = Reflect.get(dedupKeys, name);
          return typeof member === 'function' ? member.bind(dedupKeys) : member;
        },
      }),
    }),
  });
  const add = (batch: Name, ...given: Thing[]) => evidence.add(usual, batch, ...given);
  const jobOf = (batch: Name): string =>
    evidence.acknowledged.find(({ batch: name }) => name === batch)?.job ?? '';

  // buffers
  await add('grouped', ...things('w', 5, { group: 'x' }));
  await stage.deliver(usual, 'grouped');
  await add('grouped', ...things('x', 2, { group: 'x' }));
  for (const thing of things('y', 3, { group: 'y "|ä' })) await add('grouped', thing);
  for (const thing of things('s', 6)) await add('sharded', thing);
  await add('quiet', ...things('q', 2));
  await add('bytes', ...things('b', 2, { filler: 'b'.repeat(1_000) }));
  await add('far', ...things('f', 1));
  await add('packed', ...things('p', 20, { filler: 'packed'.repeat(30) }));

  // keys: with a hole where a writer came second, and remembered of a window that has flushed
  await add('keyed', { id: 'k1', key: 'a' });
  await evidence.add(blind, 'keyed', { id: 'k2', key: 'a' }, { id: 'k3', key: 'b' });
  await add('keyed', { id: 'k4', key: 'b' });
  await add('remembered', { id: 'r1', key: 'a' });
  await operations(usual, 'remembered').flush();
  await stage.deliver(usual, 'remembered');
  await add('remembered', { id: 'r2', key: 'b' }, { id: 'r3', key: 'a' });

  // windows that somebody left half-way
  await evidence.add(sealless, 'overfull', ...things('o', 7));
  await evidence.add(jobless, 'marked', ...things('m', 5));
  await add('marked', ...things('n', 1));
  await evidence.add(voiceless, 'announced', ...things('a', 5));
  await reserveAndDie(usual, 'gap');
  await add('gap', ...things('g', 4));

  // jobs
  await add('waiting', ...things('w', 5));
  await add('active', ...things('a', 5));
  await claimAndDie(usual, 'active', jobOf('active'));
  await add('bounded', ...things('b', 5));
  const bounded = definitionOf(usual, 'bounded');
  await takePermits(usual.services, { definition: bounded, group: undefined, by: 'dead run' });
  await claimAndDie(usual, 'bounded', jobOf('bounded'));
  await reserveAndDie(usual, 'partly');
  await add('partly', ...things('p', 4));
  await add('filtered', ...things('f', 5));
  await add('changed', ...things('c', 5));
  await add('ordered', ...things('o', 4, { group: 'g' }));
  for (const name of ['partly', 'filtered', 'changed', 'ordered'] as const) await stage.deliver(usual, name);
  for (const name of ['failed', 'redriven', 'dead'] as const) {
    await add(name, ...things(name.slice(0, 1), 5));
    await stage.deliver(usual, name);
  }
  await operations(usual, 'redriven').redrive(jobOf('redriven'));
  await stage.deliver(usual, 'dead');
  await add('memory', ...things('m', 2));
  await usual.deployment.memory.flush('manual');
  await stage.deliver(usual, 'memory');
  await add('memory', ...things('n', 2));
  await usual.deployment.memory.flush('manual');

  // what batches have one record of
  await add('throttled', ...things('t', 2));
  await add('throttled', ...things('u', 2));
  await add('parked', ...things('p', 5));
  await operations(usual, 'parked').pause();
  stage.clock.advance(2_000);
  await stage.deliver(usual, 'parked');
  await add('parked', ...things('q', 2));
  await add('draining', ...things('d', 3));
  await operations(usual, 'draining').startDrain();
  await add('draining', ...things('e', 1));
  const now = stage.clock.now();
  await usual.services.store.leases.acquire('ticker', 'dead ticker', now, now + 15_000);
  return evidence;
}

function handle(evidence: Evidence, batch: string, context: BatchContext<Thing>): void {
  const all = FAILING.includes(batch);
  const fails = (id: string) => all || (batch === 'partly' && id.endsWith('2'));
  evidence.run(batch, context, fails);
  if (all) throw new Error('It fails.');
  for (const thing of context.batch) if (fails(thing.id)) context.fail(thing);
}

const definitionOf = ({ definitions: all }: Process, batch: Name) => {
  const found = all.find(({ name }) => name === batch);
  if (found === undefined) throw new Error(`There is no batch ${batch}.`);
  return found;
};

const operations = (process: Process, batch: Name) =>
  operationsOf(process.deployment, definitionOf(process, batch));

/** A writer that dies with a slot reserved: a gap, until a reader fences it. */
async function reserveAndDie({ services: { store, clock } }: Process, batch: Name): Promise<void> {
  const opening = { cap: 5, waitMs: 60_000, now: clock.now(), by: 'dead writer', ordered: false };
  await store.heads.reserve({ batch, group: undefined, shard: 0 }, 1, 0, opening);
}

/** A run that dies in its first attempt. */
async function claimAndDie(process: Process, batch: Name, job: string): Promise<void> {
  const { store, clock } = process.services;
  const { lockTtlMs, retries, tags } = definitionOf(process, batch);
  const now = clock.now();
  await store.jobs.claim(job, {
    by: 'dead run',
    batch,
    now,
    lockedUntil: now + lockTtlMs,
    maxAttempts: retries.max + 1,
    tags,
  });
}
