/** How long a caller waits for work that its own answer does not need. */
export const MOMENT_MS = 500;

/** Waits until work has ended, also by an error, but at most so many milliseconds. @returns whether it has ended */
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
