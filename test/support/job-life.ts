import fc from 'fast-check';

/** How an attempt goes. Marks are by the number of the item: whether it fails, and may be tried again. */
export interface Step {
  readonly how:
    | 'returns'
    | 'throws'
    | 'refuses'
    | 'discards'
    | 'is late'
    | 'dies'
    | 'dies before its end is stored';
  readonly marks: readonly ('fine' | 'fails' | 'fails for good')[];
}

/** A job's life: how its attempts go. When it has ended and steps are left, it is redriven. */
export interface Life {
  readonly items: number;
  readonly dropped: readonly boolean[];
  readonly attempts: number;
  readonly persist: boolean;
  readonly onDead: boolean;
  readonly steps: readonly Step[];
}

const MOST = 9;
const often = <T>(value: T, weight: number) => ({ arbitrary: fc.constant(value), weight });
const stepOf: fc.Arbitrary<Step> = fc.record({
  how: fc.oneof(
    often('returns' as const, 8),
    often('throws' as const, 2),
    often('refuses' as const, 1),
    often('discards' as const, 1),
    often('is late' as const, 1),
    often('dies' as const, 2),
    often('dies before its end is stored' as const, 1),
  ),
  marks: fc.array(
    fc.oneof(often('fine' as const, 4), often('fails' as const, 3), often('fails for good' as const, 2)),
    { minLength: MOST, maxLength: MOST },
  ),
});
export const lifeOf: fc.Arbitrary<Life> = fc.record({
  items: fc.integer({ min: 1, max: MOST }),
  dropped: fc.array(fc.oneof(often(false, 5), often(true, 1)), { minLength: MOST, maxLength: MOST }),
  attempts: fc.integer({ min: 1, max: 4 }),
  persist: fc.boolean(),
  onDead: fc.boolean(),
  steps: fc.array(stepOf, { minLength: 1, maxLength: 12 }),
});

/** What a handler says of an item that it marks. */
export const markOf = (n: number, mark: string | undefined): string => `item ${n} ${mark}`;

/** What an attempt says that failed as a whole. */
const WHOLE = {
  throws: 'no',
  refuses: 'never',
  discards: 'no use',
  'is late': 'timed out after 1000 ms',
} as const;

/** What has become of a job's items, told by its life alone. */
export class Account {
  left: number[];
  lost: number[] = [];
  done: number[] = [];
  status: 'open' | 'completed' | 'failed' = 'open';
  attempts = 0;
  /** Why each item that is not done has failed, in the latest attempt that tried it and whose end is known. */
  readonly errors = new Map<number, string>();

  #dropped: readonly boolean[] | undefined;

  /** @param dropped which items beforeFlush leaves out, in the first attempt that gets as far */
  constructor(items: readonly number[], dropped: readonly boolean[]) {
    this.left = [...items];
    this.#dropped = dropped;
  }

  /** The items that the next attempt gives to the handler, if its process lives so long. */
  get given(): number[] {
    return this.left.filter(n => !this.#dropped?.[n]);
  }

  /** All that has failed, in order, once the job has ended. */
  get failed(): number[] {
    return [...this.left, ...this.lost].sort((a, b) => a - b);
  }

  redriven(): void {
    [this.left, this.lost, this.attempts, this.status] = [this.failed, [], 0, 'open'];
  }

  go({ how, marks }: Step, allowed: number): void {
    this.attempts += 1;
    const isLast = this.attempts === allowed;
    if (how !== 'dies') {
      this.left = this.given;
      this.#dropped = undefined;
    }
    // with nothing to do no handler is called
    if (this.left.length === 0 && how !== 'dies' && how !== 'dies before its end is stored') {
      this.status = 'completed';
      return;
    }
    if (how !== 'returns') {
      const isOver = isLast || how === 'refuses' || how === 'discards';
      if (isOver) this.status = 'failed';
      const isReported = how !== 'dies' && how !== 'dies before its end is stored';
      const died = `the process died or was stopped in attempt ${this.attempts}`;
      for (const n of this.left) {
        const own = isReported && marks[n] !== 'fine' ? markOf(n, marks[n]) : undefined;
        if (isReported || isOver) this.errors.set(n, own ?? (isReported ? WHOLE[how] : died));
      }
      return;
    }
    const given = this.left;
    for (const n of given) {
      if (marks[n] === 'fine') this.errors.delete(n);
      else this.errors.set(n, markOf(n, marks[n]));
    }
    this.left = given.filter(n => marks[n] === 'fails');
    this.lost.push(...given.filter(n => marks[n] === 'fails for good'));
    this.done.push(...given.filter(n => marks[n] === 'fine'));
    if (this.failed.length === 0) this.status = 'completed';
    else if (this.left.length === 0 || isLast) this.status = 'failed';
  }
}
