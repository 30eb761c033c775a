/** How long anybody waits for work that their own answer does not need. */
export const MOMENT_MS = 500;

/** Waits until some work has ended, however it ends, or so many milliseconds. @returns whether it has ended */
export function within(
  clock: { after(ms: number, action: () => void): () => void },
  ms: number,
  work: Promise<unknown>,
): Promise<boolean> {
  return new Promise(resolve => {
    const stop = clock.after(ms, () => resolve(false));
    const ended = () => {
      stop();
      resolve(true);
    };
    work.then(ended, ended);
  });
}
