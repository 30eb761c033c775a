/** A limit as a token bucket: it fills at a rate, and holds what one second brings. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #now: () => number;
  #tokens: number;
  #at: number;

  /** @param now in ms */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#tokens = perSecond;
    this.#at = now();
  }

  /** Whether anything is left. A request is let in then, whatever it takes, and the bucket may go below zero. */
  get isOpen(): boolean {
    this.#fill();
    return this.#tokens > 0;
  }

  take(units: number): void {
    this.#fill();
    this.#tokens -= units;
  }

  #fill(): void {
    const now = this.#now();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#at) / 1_000) * this.#perSecond);
    this.#at = now;
  }
}
