/**
 * The machine's timers at the time when this module is loaded. Timers that a test fakes later do not stop the local stack.
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

/** Returns whether a test library has replaced a timer function of Node.js. */
const isFake = (timer: object): boolean => 'clock' in timer || '_isMockFunction' in timer;

/** Returns whether the timers were faked before this module was loaded. Then no timer here would ever fire. */
export const isWorldStopped = (): boolean => isFake(realSetTimeout);

/** Returns whether the timers are faked now. */
export const areTimersFake = (): boolean => isFake(globalThis.setTimeout);
