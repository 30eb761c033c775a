import type { Bench } from './report.ts';

/** All benches, by their names: each is loaded when it runs. */
export const BENCHES = {
  adds: async () => (await import('./adds.ts')).adds,
  memory: async () => (await import('./memory.ts')).memory,
  lateness: async () => (await import('./lateness.ts')).lateness,
  reads: async () => (await import('./reads.ts')).reads,
  buffered: async () => (await import('./buffered.ts')).buffered,
  'open-groups': async () => (await import('./open-groups.ts')).openGroups,
  'local-engine': async () => (await import('./local-engine.ts')).localEngine,
  'local-start': async () => (await import('./local-start.ts')).localStart,
  beside: async () => (await import('./beside.ts')).beside,
  functions: async () => (await import('./start/functions.ts')).functions,
  capacity: async () => (await import('./capacity/capacity.ts')).capacity,
  cost: async () => (await import('./costs.ts')).costs,
} as const satisfies Record<string, () => Promise<Bench>>;

export type BenchName = keyof typeof BENCHES;
