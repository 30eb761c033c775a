import { AddIncompleteError, type BatchOptions, batch } from 'cistern';
import { fireTimer } from '#lib/buffer/fire-timer';
import { placementsOf } from '#lib/buffer/placement';
import type { Definition } from '#lib/definition/options';
import { Background } from '#lib/deployment/background';
import { cachedControls } from '#lib/deployment/cached-controls';
import { Deployment } from '#lib/deployment/deployment';
import { remembering } from '#lib/deployment/remember';
import { runJob } from '#lib/jobs/run';
import { runTicker } from '#lib/recovery/ticker';
import type { Head } from '#lib/store/head';
import type { HeadStore } from '#lib/store/head-ports';
import type { Store } from '#lib/store/ports';
import type { Services } from '#lib/store/services';
import { interleaved, type Mishap, sharedWorld, turns } from '../support/interleaved.ts';
import { random } from '../support/random.ts';
import { silent } from '../support/silent.ts';
import type { Thing } from './definitions.ts';

type Options = Partial<Omit<BatchOptions<Thing>, 'handler'>>;

/** A definition before and after a deployment. */
export interface Rollout {
  readonly older: Options;
  readonly newer: Options;
  /** A mistake: each version goes by its own maxSize, and not by the one that a window was opened with. */
  readonly byOwnSize?: boolean;
}

const NAME = 'rolling';
const KEYS = 4;
const GROUPS = ['x', 'y'];
/** Of a hundred calls of a producer, those that meet a mishap. */
const MISHAPS = 2;

interface Told {
  readonly id: string;
  readonly job: string;
  readonly duplicate: boolean;
}

const keyOf = (id: string): string => id.split('/')[0] ?? id;

/**
 * Processes of two versions add to the same buffers, seal and consume at the same time, every call in an order that
 * the seed draws; some producers die or lose answers. At the end one version is left: the newer, or after a rollback
 * the older.
 *
 * @returns the breaches of what is promised, in words
 */
export async function rollOut(seed: number, { older, newer, byOwnSize = false }: Rollout): Promise<string[]> {
  const next = random(seed);
  const pick = (below: number): number => Math.floor(next() * below);
  const turn = turns(next);
  let now = 0;
  let ids = 0;
  let failures = 4;
  const world = sharedWorld(() => now);
  const told: Told[] = [];
  const runs = new Map<string, string[][]>();
  const met = new MetPlaces();

  const define = (options: Options): Definition =>
    batch<Thing>({
      name: NAME,
      maxSize: 3,
      maxWaitMs: 100,
      groupBy: ({ group = '' }) => group,
      retries: { max: 8, strategy: 'fixed', baseDelay: 10 },
      ...options,
      handler: ({ id, batch: things }) => {
        runs.set(id, [...(runs.get(id) ?? []), things.map(thing => thing.id)]);
        // some are run again, perhaps by the other version
        if (failures-- > 0) throw new Error('once more');
      },
    }) as unknown as Definition;

  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
      await turn();
    },
    after: () => () => {},
    every: () => () => {},
  };

  const process = (definition: Definition, mishaps = 0) => {
    const mishap = (): Mishap => {
      if (next() * 100 >= mishaps) return 'none';
      return (['die before', 'die after', 'lost answer', 'applied later'] as const)[pick(4)] ?? 'none';
    };
    const alive = { dead: false };
    const store: Store = interleaved(
      { ...world.store, heads: watched(world.store.heads, met, byOwnSize) },
      turn,
      mishap,
      alive,
    );
    const services: Services = {
      deployment: NAME,
      store,
      queues: interleaved(world.queues, turn, mishap, alive),
      clock,
      newId: () => `id${ids++}`,
      definitionOf: () => definition,
      definitions: () => [definition],
      ...cachedControls(store.controls, clock),
      permitsGivenBack: new Map(),
      remember: remembering(clock),
      background: new Background(clock, silent.warn),
      random: next,
      ...silent,
    };
    const settings = { deployment: NAME, queueUrlBase: 'http://127.0.0.1/' };
    return { definition, services, deployment: new Deployment(settings, { services }) };
  };
  type Process = ReturnType<typeof process>;

  const produce = async ({ definition, deployment }: Process): Promise<void> => {
    for (let call = 0; call < 4; call++) {
      const things = Array.from({ length: 1 + pick(5) }, () => ({
        id: `k${pick(KEYS)}/${ids++}`,
        group: GROUPS[pick(GROUPS.length)] ?? '',
      }));
      const note = (index: number, job: string, duplicate: boolean) =>
        void told.push({ id: things[index]?.id ?? '', job, duplicate });
      try {
        const receipts = await deployment.add(definition, things);
        for (const [index, { job, duplicate }] of receipts.entries()) note(index, job, duplicate);
      } catch (error) {
        if (!(error instanceof AddIncompleteError)) return;
        for (const { index, receipt } of error.stored) note(index, receipt.job, receipt.duplicate);
      }
    }
  };

  const consume = async ({ definition, services }: Process, rounds: number): Promise<void> => {
    const { jobs, timers } = world.queues;
    for (let round = 0; round < rounds; round++) {
      await turn();
      const timer = timers[pick(timers.length)];
      if (timer) {
        await fireTimer(services, timer.message);
        world.queues.delete(timer);
      }
      const held = jobs[pick(jobs.length)];
      if (
        held &&
        (await runJob(services, definition, { message: held.message, receiptHandle: 'r' })) === 'done'
      ) {
        world.queues.delete(held);
      }
    }
  };

  const both = [define(older), define(newer)];
  await Promise.all(
    both.flatMap(definition => [
      produce(process(definition, MISHAPS)),
      produce(process(definition, MISHAPS)),
      consume(process(definition), 15),
      runTicker(process(definition).services, 50, { tickIntervalMs: 10 }),
    ]),
  );
  const stays = process(both[pick(2)] as Definition);
  for (let round = 0; round < 10; round++) {
    now += 120_000;
    await runTicker(stays.services, now + 1, { tickIntervalMs: 10 });
    await consume(stays, 10 + 2 * world.queues.jobs.length);
  }

  const breaches = world.store.undiscoverable().map(key => `nothing will ever look at ${key}`);
  for (const { id, status, place, createdAt, deadline } of world.store.allJobs().values()) {
    if (status !== 'completed') breaches.push(`job ${id} is ${status} after all`);
    const waits = both.map(({ maxWaitMs }) => maxWaitMs);
    if (!waits.includes(deadline - createdAt)) breaches.push(`job ${id} waited by neither definition`);
    const known = met.capOf(`${place?.epoch} ${place?.window}`);
    const most = Math.max(0, ...(runs.get(id) ?? []).map(({ length }) => length));
    if (most > known) breaches.push(`job ${id} has ${most} items, and its window's cap is ${known}`);
  }
  breaches.push(...met.clashes);
  const in_ = new Map<string, string>();
  for (const [job, [first = [], ...others]] of runs) {
    for (const other of others) {
      if (`${other}` !== `${first}`) breaches.push(`job ${job} changed: ${first} then ${other}`);
    }
    for (const id of new Set([first, ...others].flat())) {
      if (in_.has(id)) breaches.push(`${id} is in two batches`);
      in_.set(id, job);
    }
  }
  // a marker of the one version says nothing to the other: its key may come into a window twice, and out of it once
  const twoMarkers =
    typeof older.deduplicateBy !== typeof newer.deduplicateBy &&
    both.every(({ deduplicateBy }) => deduplicateBy);
  for (const { id, job, duplicate } of told) {
    const given = runs.get(job)?.flat() ?? [];
    const original = given.some(other => keyOf(other) === keyOf(id));
    if (duplicate ? !original : !(given.includes(id) || (twoMarkers && original))) {
      breaches.push(`${id}, acknowledged${duplicate ? ' as a duplicate' : ''}, is not in ${job}: ${given}`);
    }
  }
  return breaches;
}

/** Where reservations have put their items. */
class MetPlaces {
  /** Places that two items were given. */
  readonly clashes: string[] = [];
  readonly #places = new Set<string>();
  readonly #caps = new Map<string, number>();

  meet(head: Head, n: number): void {
    for (const { window, slot, count } of placementsOf(head, n)) {
      const name = `${head.epoch} ${window}`;
      this.#caps.set(name, Math.max(this.capOf(name), head.open?.cap ?? 0));
      for (let at = slot; at < slot + count; at++) {
        const place = `${name} ${at}`;
        if (this.#places.has(place)) this.clashes.push(`two items were given the place ${place}`);
        this.#places.add(place);
      }
    }
  }

  /** The largest cap that a window was met with. */
  capOf(window: string): number {
    return this.#caps.get(window) ?? 0;
  }
}

/** Heads that tell where each reservation's items go. */
function watched(heads: HeadStore, met: MetPlaces, byOwnSize: boolean): HeadStore {
  return new Proxy(heads, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (name !== 'reserve') return typeof member === 'function' ? member.bind(target) : member;
      return async (...[buffer, n, bytes, opening]: Parameters<HeadStore['reserve']>) => {
        const real = await target.reserve(buffer, n, bytes, opening);
        const head = byOwnSize && real.open ? { ...real, open: { ...real.open, cap: opening.cap } } : real;
        met.meet(head, n);
        return head;
      };
    },
  });
}
