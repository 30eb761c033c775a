import type { Bench } from './report.ts';

const figures =
  (title: string, run: () => Promise<Record<string, number | string>>): Bench =>
  async () => [
    {
      title,
      rows: Object.fromEntries(Object.entries(await run()).map(([name, value]) => [name, { value }])),
    },
  ];

/** All benches, by their names: each is loaded when it runs. */
export const BENCHES = {
  capacity: async () => (await import('./capacity/capacity.ts')).capacity,
  buffered: async () => figures('buffered', (await import('./buffered.ts')).buffered),
  lateness: async () => figures('lateness', (await import('./lateness.ts')).lateness),
  'group-commit': async () => figures('group commit', (await import('./group-commit.ts')).groupCommit),
  'local-engine': async () => figures('local engine', (await import('./local-engine.ts')).localEngine),
  'local-start': async () => figures('local start', (await import('./local-start.ts')).localStart),
  cost: async () => figures('cost', (await import('./costs.ts')).costs),
} as const satisfies Record<string, () => Promise<Bench>>;

export type BenchName = keyof typeof BENCHES;
