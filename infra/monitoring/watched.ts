import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { SharedFunction } from '#lib/topology';
import type { BufferTable } from '../constructs/buffer-table.ts';
import type { HttpApi } from '../constructs/http-api.ts';

/** The resources of a deployment that AWS measures by itself. */
export interface Watched {
  readonly functions: Readonly<Record<SharedFunction, IFunction>>;
  readonly consumers: readonly IFunction[];
  readonly api: HttpApi;
  readonly buffers: BufferTable;
  readonly deadQueue: IQueue;
  /** After how long a call of onDead that was ended is made again. */
  readonly deadLetterRetrySeconds: number;
}
