/**
 * The batch that SQS gives up: its queue allows one delivery. By the topology a job has as many as attempts and some
 * more, so that a process that dies is mostly noticed by the consumer of the next delivery.
 */
export const DYING = { batch: 'dying', maxReceiveCount: 1 } as const;
