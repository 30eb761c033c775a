import { inControls, inIndex, inJobs, inQueues, inServices, type Mutant } from './mutant.ts';

const ONE = {
  focus: { persist: true, concurrency: 1, ordered: false, throttle: undefined },
  habits: { workMs: 500 },
};
const CALM_ONE = { ...ONE, calm: true };
const ORDERED = {
  focus: { persist: true, ordered: true, maxSize: 2, groups: 2, concurrency: undefined, throttle: undefined },
  habits: { workMs: 500 },
};
const PAUSED = { focus: { persist: true, maxWaitMs: 1_000 }, calm: true, operate: ['pause'], operations: 2 };

/** Mistakes in what bounds work, and in what operators ask. */
export const LIMITING_MUTANTS: readonly Mutant[] = [
  {
    name: 'concurrency is not looked at',
    seed: 6,
    plays: CALM_ONE,
    mutation: inServices(({ definitionOf }) => ({
      definitionOf: batch => {
        const definition = definitionOf(batch);
        if (definition === undefined) return definition;
        const { concurrency: _, ...others } = definition;
        return others;
      },
    })),
  },
  {
    name: 'ordered is not looked at',
    seed: 4,
    plays: ORDERED,
    mutation: inServices(({ definitionOf }) => ({
      definitionOf: batch => {
        const definition = definitionOf(batch);
        return definition && { ...definition, ordered: false };
      },
    })),
  },
  {
    name: 'nobody wakes the next in line',
    seed: 13,
    plays: { ...ORDERED, calm: true },
    mutation: inQueues((queues, _, process) => ({
      sendJob: async (...sent) => {
        if (!process.startsWith('on-')) await queues.sendJob(...sent);
      },
    })),
  },
  {
    name: 'a timer does not know the throttle',
    seed: 5,
    plays: { focus: { persist: true, throttle: { max: 1, duration: 5_000 }, groups: 4, maxWaitMs: 1_000 } },
    mutation: inServices(({ definitionOf }, process) => ({
      definitionOf: batch => {
        const definition = definitionOf(batch);
        if (definition === undefined || !process.startsWith('timer')) return definition;
        const { throttle: _, ...others } = definition;
        return others;
      },
    })),
  },
  {
    name: 'a pause is not seen',
    seed: 14,
    plays: PAUSED,
    mutation: inServices(({ controlOf }) => ({
      controlOf: async batch => ({ ...(await controlOf(batch)), paused: false }),
    })),
  },
  {
    name: 'a pause is seen by sealers only',
    seed: 15,
    plays: { ...PAUSED, habits: { throws: 0.6 } },
    mutation: inServices(({ controlOf }, process) => ({
      controlOf: async batch => ({
        ...(await controlOf(batch)),
        ...(process.startsWith('on-') && { paused: false }),
      }),
    })),
  },
  {
    name: 'a pause is seen by consumers only',
    seed: 14,
    plays: PAUSED,
    mutation: inServices(({ controlOf }, process) => ({
      controlOf: async batch => ({
        ...(await controlOf(batch)),
        ...(!process.startsWith('on-') && { paused: false }),
      }),
    })),
  },
  {
    name: 'a resume sends no parked jobs',
    seed: 15,
    plays: { ...PAUSED, habits: { throws: 0.6 }, calm: false },
    mutation: inJobs(jobs => ({
      park: async (id, now) => {
        const parked = await jobs.park(id, now);
        if (parked) await jobs.lookAgain(id, now + 30 * 86_400_000, false);
        return parked;
      },
      openFrom: async () => [],
    })),
  },
  {
    name: 'a drain and a flush see the first buffer only',
    seed: 4,
    plays: {
      focus: { persist: true, groups: 4, maxSize: 8, maxWaitMs: 10_000 },
      calm: true,
      operate: ['drain', 'flush'],
      operations: 4,
    },
    mutation: inIndex(index => ({ buffersOf: async batch => (await index.buffersOf(batch)).slice(0, 1) })),
  },
  {
    name: 'a flush of a paused batch is forgotten by its pause',
    seed: 4,
    plays: PAUSED,
    mutation: inControls(controls => ({
      changeControl: (batch, change, options) =>
        controls.changeControl(batch, { ...change, paused: false }, options),
    })),
  },
];
