/** A consumer's event source mapping, as far as it bounds how many batches run at once. */
export interface MappingFacts {
  readonly maxConcurrency: number | undefined;
  readonly maximumPollers: number | undefined;
}

/** What a stack's template says of a deployment. */
export interface TemplateFacts {
  /** How many resources there are. */
  readonly resources: number;
  /** The parameter of Systems Manager that has the bootstrap's version; undefined where the stack needs none. */
  readonly bootstrapParameter: string | undefined;
  /** The least version of the bootstrap that the stack takes. */
  readonly bootstrapVersion: number;
  /** Names of batches that have a consumer of their own. */
  readonly ownConsumers: readonly string[];
  readonly pools: readonly string[];
  /** Names of functions that run in a VPC. */
  readonly inVpc: readonly string[];
  /** Services that a function of the deployment reaches, besides DynamoDB and SQS. */
  readonly services: readonly string[];
  /** Mappings of the queues that consumers read. */
  readonly mappings: readonly MappingFacts[];
  readonly reserved: number;
  readonly alarms: number;
  readonly silentAlarms: readonly string[];
  /** Write units a second that the table is warmed to. */
  readonly warmWrites: number | undefined;
}

/** A VPC that functions run in, with what can be reached from it. */
export interface NetworkFacts {
  readonly vpc: string;
  readonly functions: readonly string[];
  /** Names of services that have an endpoint there, such as `sqs`. */
  readonly endpoints: readonly string[];
  /** Subnets of the functions from which no route leads out. */
  readonly closedSubnets: readonly string[];
}

/** A batch as it is deployed. */
export interface DeployedBatch {
  readonly name: string;
  readonly persist: boolean;
  readonly buffered: number;
  /** Jobs that have not ended. */
  readonly open: number;
}

/** A definition of the module that would be deployed next. */
export interface LocalDefinition {
  readonly name: string;
  readonly pool: string | undefined;
}
