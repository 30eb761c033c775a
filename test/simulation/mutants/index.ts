import { AT_FLUSH_MUTANTS } from './at-flush.ts';
import { CHANGING_MUTANTS } from './changing.ts';
import { DRAINING_MUTANTS } from './draining.ts';
import { ENDED_MUTANTS } from './ended.ts';
import { FULL_WINDOW_MUTANTS } from './full-windows.ts';
import { LIMITING_MUTANTS } from './limiting.ts';
import { LINE_MUTANTS } from './lines.ts';
import type { Mutant } from './mutant.ts';
import { RUNNING_MUTANTS } from './running.ts';
import { SEALING_MUTANTS } from './sealing.ts';
import { SLOT_MUTANTS } from './slots.ts';
import { TELLING_MUTANTS } from './telling.ts';
import { WINDOW_MUTANTS } from './windows.ts';

/** All mistakes that are planted. */
export const MUTANTS: readonly Mutant[] = [
  ...WINDOW_MUTANTS,
  ...AT_FLUSH_MUTANTS,
  ...SEALING_MUTANTS,
  ...FULL_WINDOW_MUTANTS,
  ...RUNNING_MUTANTS,
  ...ENDED_MUTANTS,
  ...SLOT_MUTANTS,
  ...LIMITING_MUTANTS,
  ...DRAINING_MUTANTS,
  ...LINE_MUTANTS,
  ...CHANGING_MUTANTS,
  ...TELLING_MUTANTS,
];
