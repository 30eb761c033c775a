import type { Definition } from '#lib/definition/options';
import type { TopologyDefinition } from '#lib/topology';

/** The options of a definition that decide a deployment's resources. Alarms need `maxWaitMs`. */
export type StackDefinition = TopologyDefinition &
  Pick<Definition, 'maxWaitMs'> &
  Partial<Pick<Definition, 'events' | 'maxPendingBatches'>>;
