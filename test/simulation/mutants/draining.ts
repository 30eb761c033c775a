import { edit, inControls, inJobs, inServices, inUpdates, type Mutant } from './mutant.ts';

/** Mistakes in how a drain goes on, and in its record. */
export const DRAINING_MUTANTS: readonly Mutant[] = [
  {
    name: 'a drain does not wait for its jobs',
    seed: 7,
    plays: {
      focus: { persist: true },
      habits: { workMs: 3_000 },
      calm: true,
      operate: ['drain'],
      operations: 3,
    },
    mutation: inJobs(jobs => ({
      count: async (batch, list, enough, since) =>
        list === 'open' ? 0 : jobs.count(batch, list, enough, since),
    })),
  },
  {
    name: 'a drain does not allow for an index that lags',
    seed: 8,
    plays: {
      focus: { persist: true, maxWaitMs: 60_000, concurrency: undefined, throttle: undefined },
      habits: { workMs: 5_000 },
      weather: { calls: {}, spells: { 'index lag': 0.8 } },
      operate: ['drain'],
      operations: 3,
    },
    mutation: inServices(({ store }) => ({ store: { ...store, indexLagMs: 0 } })),
  },
  {
    name: 'a drain whose time is up is said to be drained',
    seed: 4,
    plays: {
      focus: { persist: true },
      habits: { workMs: 3_000 },
      calm: true,
      operate: ['drain'],
      operations: 3,
    },
    mutation: inControls(controls => ({
      changeControl: (batch, change, options) => {
        const { drain } = change;
        if (drain?.state !== 'timed_out') return controls.changeControl(batch, change, options);
        return controls.changeControl(batch, { ...change, drain: { ...drain, state: 'drained' } }, options);
      },
    })),
  },
  {
    name: 'a drain’s lag is counted from its start',
    seed: 36,
    within: 250,
    plays: {
      focus: {
        persist: true,
        groups: 4,
        maxSize: 8,
        maxWaitMs: 60_000,
        maxBytes: undefined,
        quietMs: undefined,
        lockTtlMs: 30_000,
        timeout: undefined,
        ordered: false,
        concurrency: undefined,
        throttle: undefined,
      },
      habits: {
        workMs: 5_000,
        throws: 0,
        failsItems: 0,
        discards: 0,
        overTime: 0,
        hangs: 0,
        dies: 0,
        oddThrows: 0,
      },
      pace: 'minutes',
      weather: { calls: { 'die before': 0.01 }, spells: { 'index lag': 1 } },
      operate: ['startDrain'],
      resumes: 0,
    },
    mutation: inControls(controls => ({
      changeControl: (batch, change, options) => {
        const { drain } = change;
        if (drain?.publishedAt === undefined) return controls.changeControl(batch, change, options);
        return controls.changeControl(
          batch,
          { ...change, drain: { ...drain, publishedAt: drain.startedAt } },
          options,
        );
      },
    })),
  },
  {
    name: 'a drain does not look at the buffers again',
    seed: 2,
    within: 250,
    plays: {
      focus: { persist: true, maxWaitMs: 60_000, maxSize: 8, groups: 12, limits: false },
      pace: 'minutes',
      weather: { calls: {}, spells: { 'index lag': 1 } },
      operate: ['drain', 'startDrain'],
    },
    mutation: inControls(controls => ({
      readControl: async batch => {
        const control = await controls.readControl(batch);
        const { drain } = control;
        return drain ? { ...control, drain: { begunAgainAt: drain.startedAt, ...drain } } : control;
      },
    })),
  },
  {
    name: 'a drain flushes again at later looks',
    plays: {
      focus: { persist: true, maxWaitMs: 60_000, maxSize: 8 },
      habits: { workMs: 5_000 },
      calm: true,
      operate: ['drain'],
      operations: 3,
    },
    mutation: inControls((controls, { clock }) => ({
      readControl: async batch => {
        const control = await controls.readControl(batch);
        const { drain } = control;
        if (drain === undefined || clock.now() > drain.startedAt + 20_000) return control;
        const { begun: _, ...others } = drain;
        return { ...control, drain: others };
      },
    })),
  },
  {
    name: 'a late look at a drain overwrites its record',
    seed: 10,
    within: 250,
    plays: {
      focus: { persist: true, maxWaitMs: 60_000, maxSize: 2, groups: 12, limits: false },
      pace: 'minutes',
      weather: { calls: { slow: 0.1, twice: 0.1 }, spells: { 'index lag': 0.5 } },
      operate: ['drain', 'startDrain'],
    },
    mutation: inUpdates(
      'control',
      edit('condition', ' AND attribute_not_exists(#drain.#version)'),
      edit('condition', ' AND #drain.#version = :version'),
    ),
  },
];
