import type { Clock, Remember } from '../store/services.ts';

/** How many answers a process remembers. A new one replaces the oldest. */
const MOST = 1_000;

/** Makes a function that remembers answers for a while. Callers with the same question wait for one request. */
export function remembering(clock: Pick<Clock, 'now'>): Remember {
  const known = new Map<string, { readonly at: number; readonly answer: Promise<unknown> }>();
  return <T>(
    what: string,
    ms: number,
    look: () => Promise<T>,
    isKept: (answer: T) => boolean = () => true,
  ) => {
    const last = known.get(what);
    // a negative age means that the clock was set back: how old the answer is cannot be known
    const age = last && clock.now() - last.at;
    if (age !== undefined && age >= 0 && age < ms) return last?.answer as Promise<T>;
    const answer = look();
    const entry = { at: clock.now(), answer };
    known.delete(what);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= MOST) known.delete(oldest);
    known.set(what, entry);
    const forget = () => {
      if (known.get(what) === entry) known.delete(what);
    };
    answer.then(value => {
      if (!isKept(value)) forget();
    }, forget);
    return answer;
  };
}
