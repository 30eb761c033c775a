import { random } from '../../support/random.ts';

/** Random choices, all of them made by one seed. */
export class Draws {
  readonly #seed: number;
  readonly #next: () => number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#next = random(this.#seed);
  }

  /** Makes draws of its own for one use, so that more or fewer draws elsewhere change nothing here. */
  of(use: string): Draws {
    let hash = this.#seed ^ 0x9e3779b9;
    for (let at = 0; at < use.length; at++)
      hash = Math.imul(hash ^ use.charCodeAt(at), 0x01000193) ^ (hash >>> 15);
    return new Draws(hash);
  }

  /** From 0 up to 1. */
  readonly unit = (): number => this.#next();

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.#next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return probability > 0 && this.#next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[Math.floor(this.#next() * choices.length)];
    if (choices.length === 0) throw new RangeError('There is nothing to pick from.');
    return choice as T;
  }

  /** A duration around `usual` ms: most are near it, a few are much longer. */
  duration(usual: number): number {
    return Math.round(usual * -Math.log(1 - this.#next() * 0.999));
  }
}
