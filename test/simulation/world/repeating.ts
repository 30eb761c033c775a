/** Runs an action every so many ms by timers that fire once. Returns what stops it. */
export function repeating(
  after: (ms: number, action: () => void) => unknown,
  ms: number,
  action: () => void,
): () => void {
  let stopped = false;
  const again = (): void => {
    after(Math.max(1, ms), () => {
      if (stopped) return;
      again();
      action();
    });
  };
  again();
  return () => {
    stopped = true;
  };
}
