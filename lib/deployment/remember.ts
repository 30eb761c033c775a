import type { Clock, Remember } from '../store/services.ts';

/** Answers that a process remembers at the most: the oldest goes for a new one. */
const MOST = 1_000;

/** Remembers answers of a deployment for a while. Who asks for one that is on its way waits for it. */
export function remembering(clock: Pick<Clock, 'now'>): Remember {
  const known = new Map<string, { readonly at: number; readonly answer: Promise<unknown> }>();
  return <T>(
    what: string,
    ms: number,
    look: () => Promise<T>,
    isKept: (answer: T) => boolean = () => true,
  ) => {
    const last = known.get(what);
    // a clock that was put back says nothing of how old an answer is
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
