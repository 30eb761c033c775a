import type { Services } from '../store/services.ts';

/** A look that read much is good for a while: a page that asks each second need not pay for it each second. */
const MUCH = 200;
const GOOD_FOR_MS = 5_000;

export interface Looked {
  /** Index entries or records that it read. */
  readonly read: number;
}

/** A figure of what has ended: as it is now, or if it was dear to come by as it was at most 5 s ago. */
export async function remembered<T extends Looked>(
  services: Pick<Services, 'remember'>,
  what: string,
  look: () => Promise<T>,
): Promise<Omit<T, 'read'>> {
  const { read: _, ...figures } = await services.remember(
    what,
    GOOD_FOR_MS,
    look,
    ({ read }) => read >= MUCH,
  );
  return figures;
}
