import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { consumer } from '#functions/consumer';
import { deadLetter } from '#functions/dead-letter';
import { ticker } from '#functions/ticker';
import { timer } from '#functions/timer';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { EMULATOR } from '#lib/store/clients';
import { type QueueTopology, TICKER_SCHEDULE_MINUTES, type Topology } from '#lib/topology';
import type { EventSource } from './event-sources/event-source.ts';
import { type QueueSourceProps, queueSource } from './event-sources/queue-source.ts';
import { scheduleSource } from './event-sources/schedule-source.ts';

/** What the functions of a deployment on this machine are wired to. */
export interface Wiring {
  readonly deployment: Deployment;
  readonly definitions: readonly Definition[];
  readonly topology: Topology;
  /** Where SQS is. */
  readonly endpoint: string;
  readonly queueUrlBase: string;
}

/** The functions of a deployment, at work. */
export interface Functions extends EventSource {
  /** Resolves when every job that is in its queue has been handed to its function, or that takes too long. */
  handedOut(): Promise<void>;
}

const HAND_OUT_MS = 10_000;
const LOOK_EVERY_MS = 20;

/** Starts the functions of a deployment in this process, each with the event source that it has in AWS. */
export function startFunctions(wiring: Wiring): Functions {
  const { deployment, definitions, topology, endpoint, queueUrlBase } = wiring;
  const { warn } = deployment.services;
  // each source keeps a connection open for as long as it waits for messages
  const polling = new SQSClient({
    ...EMULATOR,
    endpoint,
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }) },
  });
  const source = (queue: QueueTopology, seconds: number, handler: QueueSourceProps['handler']) =>
    queueSource({
      sqs: polling,
      queueUrl: queueUrlBase + queue.name,
      queue,
      handler,
      functionTimeoutMs: seconds * 1_000,
      onError: warn,
    });
  const { functions } = topology;
  const sources = [
    source(topology.timer, functions.timer.timeoutSeconds, timer(deployment)),
    scheduleSource({
      everyMs: TICKER_SCHEDULE_MINUTES * 60_000,
      handler: ticker(deployment),
      functionName: functions.ticker.name,
      functionTimeoutMs: functions.ticker.timeoutSeconds * 1_000,
      onError: warn,
    }),
    ...topology.batches.flatMap(({ batch, jobs, dead, consumer: runner }) =>
      definitions
        .filter(({ name }) => name === batch)
        .flatMap(definition => [
          source(jobs, runner.timeoutSeconds, consumer(deployment, definition)),
          source(dead, functions.deadLetter.timeoutSeconds, deadLetter(deployment)),
        ]),
    ),
  ];
  const waiting = async (queue: QueueTopology): Promise<number> => {
    const { Attributes } = await polling.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrlBase + queue.name,
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
  };
  return {
    async handedOut() {
      const until = Date.now() + HAND_OUT_MS;
      for (const { jobs } of topology.batches) {
        while ((await waiting(jobs)) > 0 && Date.now() < until) await sleep(LOOK_EVERY_MS);
      }
    },
    async stop() {
      await Promise.all(sources.map(each => each.stop()));
      polling.destroy();
    },
  };
}
