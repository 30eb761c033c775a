/** Milliseconds of a clock that never goes back, the same in all processes of this machine. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;
