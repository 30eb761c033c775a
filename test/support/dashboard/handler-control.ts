/** Says how far a handler is. */
export type Report = (percent: number, label?: string) => unknown;

/** A handler that does what a test says: the test is its other end. */
export class HandlerControl {
  #next: 'succeed' | 'fail' | 'hold' = 'succeed';
  #message = '';
  #result: unknown = null;
  #report: Report | undefined;
  #release: (() => void) | undefined;

  /** From now on it returns this; what is held goes on so. */
  succeed(result: unknown = null): void {
    this.#next = 'succeed';
    this.#result = result;
    this.#release?.();
  }

  /** From now on it throws this; what is held goes on so. */
  fail(message: string): void {
    this.#next = 'fail';
    this.#message = message;
    this.#release?.();
  }

  /** From now on it waits for what is said next. */
  hold(): void {
    this.#next = 'hold';
  }

  /** What is held says how far it is. */
  async progress(percent: number, label?: string): Promise<void> {
    await this.#report?.(percent, label);
  }

  /** The handler itself. */
  async run(report: Report): Promise<unknown> {
    if (this.#next === 'hold') {
      this.#report = report;
      await new Promise<void>(resolve => {
        this.#release = resolve;
      });
      this.#report = undefined;
    }
    if (this.#next === 'fail') throw new TypeError(this.#message);
    return this.#result;
  }
}
