import pLimit from 'p-limit';
import { repairLine } from '../buffer/throttle-line.ts';
import type { LineServices, Services } from '../store/services.ts';

const PARALLEL_LINES = 8;

/**
 * Repairs the line of each throttled batch. An empty line costs one read of the throttle's slots.
 *
 * @param until no repair begins from this time on, in ms since the epoch
 */
export async function repairLines(
  services: LineServices & Pick<Services, 'definitions'>,
  until: number,
): Promise<void> {
  const limit = pLimit(PARALLEL_LINES);
  const repair = async (batch: string, throttle: Parameters<typeof repairLine>[1]): Promise<void> => {
    if (services.clock.now() >= until) return;
    try {
      await repairLine(services, throttle, batch);
    } catch (error) {
      services.warn('a line could not be put right; a later look will try again', error, { batch });
    }
  };
  await Promise.all(
    services.definitions().map(({ name, throttle }) => throttle && limit(() => repair(name, throttle))),
  );
}
