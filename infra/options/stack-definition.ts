import type { Definition } from '#lib/definition/options';
import type { TopologyDefinition } from '#lib/topology';

/** What a deployment's resources depend on of a definition; its alarms on `maxWaitMs`. */
export type StackDefinition = TopologyDefinition &
  Pick<Definition, 'maxWaitMs'> &
  Partial<Pick<Definition, 'events' | 'maxPendingBatches'>>;
