import type { ControlState } from '../api/api-types.ts';
import type { Cell } from './table.ts';

/** Writes a batch's state in a word. */
export function controlState({ paused, ingestionPaused, draining }: ControlState): Exclude<Cell, string> {
  if (draining) return { text: 'draining', style: 'cyan' };
  if (ingestionPaused) return { text: paused ? 'paused, takes nothing' : 'takes nothing', style: 'yellow' };
  return paused ? { text: 'paused', style: 'yellow' } : { text: 'enabled', style: 'green' };
}
