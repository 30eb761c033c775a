const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Runs the test's phases, and says how long each took. */
export class Phases {
  readonly #begun = Date.now();
  readonly #taken: [name: string, ms: number][] = [];

  async run<T>(name: string, phase: () => Promise<T>): Promise<T> {
    console.log(`== ${name}`);
    const begun = Date.now();
    try {
      return await phase();
    } finally {
      const taken = Date.now() - begun;
      this.#taken.push([name, taken]);
      console.log(`== ${name}: ${seconds(taken)}`);
    }
  }

  /** A line per phase. */
  report(): string {
    const rows = [...this.#taken, ['in all', Date.now() - this.#begun] as const];
    const width = Math.max(...rows.map(([name]) => name.length));
    return rows.map(([name, ms]) => `  ${name.padEnd(width)}  ${seconds(ms).padStart(8)}`).join('\n');
  }
}
