/**
 * The machine's timers, as they are when this module is loaded: timers that a test fakes later do not stop the local
 * stack.
 */
export const {
  setTimeout: realSetTimeout,
  clearTimeout: realClearTimeout,
  setImmediate: realSetImmediate,
} = globalThis;
export const realNow: () => number = Date.now;

export const realSleep = (ms: number): Promise<void> =>
  new Promise(resolve => {
    realSetTimeout(resolve, ms);
  });

/** Whether a timer function is one that a test's library has put in place of Node's. */
const isFake = (timer: object): boolean => 'clock' in timer || '_isMockFunction' in timer;

/** Whether the timers were faked before this module was loaded, so that nothing here can ever happen. */
export const isWorldStopped = (): boolean => isFake(realSetTimeout);

/** Whether the timers are faked now. */
export const areTimersFake = (): boolean => isFake(globalThis.setTimeout);
