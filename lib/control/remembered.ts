import type { Services } from '../store/services.ts';

/** A look that read much is good for a while: a page that asks each second need not pay for it each second. */
const MUCH = 200;
const GOOD_FOR_MS = 5_000;

const looks = new WeakMap<Services, Map<string, { readonly at: number; readonly value: Looked }>>();

export interface Looked {
  /** Index entries or records that it read. */
  readonly read: number;
}

/** A figure of what has ended: as it is now, or if it was dear to come by as it was at most 5 s ago. */
export async function remembered<T extends Looked>(
  services: Services,
  what: string,
  look: () => Promise<T>,
): Promise<Omit<T, 'read'>> {
  const known = looks.get(services) ?? new Map<string, { at: number; value: Looked }>();
  looks.set(services, known);
  const last = known.get(what);
  const now = services.clock.now();
  const fresh = last !== undefined && last.value.read >= MUCH && Math.abs(now - last.at) < GOOD_FOR_MS;
  const value = fresh ? (last.value as T) : await look();
  if (!fresh) known.set(what, { at: now, value });
  const { read: _, ...figures } = value;
  return figures;
}
