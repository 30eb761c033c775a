import type { Stage } from '../world/stage.ts';
import { contentsOf } from './contents.ts';
import type { Evidence } from './evidence.ts';
import type { Breach } from './promised.ts';
import { PROMISES } from './promises/index.ts';
import { windowsOf } from './windows.ts';

/** Holds what was seen against everything that is promised. */
export async function verdict(
  evidence: Evidence,
  stage: Stage,
  left: readonly string[],
  census: readonly string[],
): Promise<Breach[]> {
  const windows = await windowsOf(stage);
  const given = {
    evidence,
    windows,
    left,
    census,
    contents: contentsOf({ evidence, windows }),
    told: stage.bus.told,
    heldPermits: stage.storage.heldPermits(),
  };
  return PROMISES.flatMap(({ name, breaches }) => breaches(given).map(text => ({ promise: name, text })));
}
