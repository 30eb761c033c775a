import type { Services } from '../store/services.ts';

/** From so many reads on, an answer is kept for a while, so that a page that asks each second does not cost them again. */
const MUCH = 200;
const GOOD_FOR_MS = 5_000;

export interface Looked {
  /** How many index entries or records were read. */
  readonly read: number;
}

/** Returns figures of ended jobs: the current ones, or if reading them is expensive, those of at most 5 s ago. */
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
