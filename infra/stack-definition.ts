import type { Definition } from '#lib/definition/options';
import type { TopologyDefinition } from '#lib/topology';

/** What a deployment's resources depend on of a definition. */
export type StackDefinition = TopologyDefinition & Partial<Pick<Definition, 'events' | 'maxPendingBatches'>>;
