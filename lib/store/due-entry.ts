import type { BufferKey } from './buffer-key.ts';

/** An entry of the due index: a record that the ticker has to look at. */
export type DueEntry =
  | { readonly kind: 'head'; readonly buffer: BufferKey; readonly dueAt: number }
  | { readonly kind: 'job'; readonly id: string; readonly dueAt: number }
  | { readonly kind: 'control'; readonly batch: string; readonly dueAt: number };
