import { setTimeout as sleep } from 'node:timers/promises';
import { consumer } from '#functions/consumer';
import { deadLetter } from '#functions/dead-letter';
import { ticker } from '#functions/ticker';
import { timer } from '#functions/timer';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { type QueueTopology, TICKER_SCHEDULE_MINUTES, type Topology } from '#lib/topology';
import type { EventSource } from './event-sources/event-source.ts';
import { type QueueSourceProps, queueSource } from './event-sources/queue-source.ts';
import type { Receiver } from './event-sources/receiver.ts';
import { scheduleSource } from './event-sources/schedule-source.ts';

/** What the functions of a deployment on this machine are wired to. */
export interface Wiring {
  readonly deployment: Deployment;
  readonly definitions: readonly Definition[];
  readonly topology: Topology;
  /** The queues, as event sources read them. */
  readonly receiverOf: (queue: QueueTopology) => Receiver;
  /** Whether the ticker looks at once at what an earlier process has left. Default false. */
  readonly tickFirst?: boolean;
}

/** The functions of a deployment, at work. */
export interface Functions extends EventSource {
  /** Resolves when every job that is in its queue has been handed to its function, or that takes too long. */
  handedOut(): Promise<void>;
}

const HAND_OUT_MS = 10_000;
const LOOK_EVERY_MS = 20;
/** What is hidden for longer and not with its function is a retry that is not due. */
const ON_ITS_WAY_MS = 1_000;

/** Starts the functions of a deployment in this process, each with the event source that it has in AWS. */
export function startFunctions(wiring: Wiring): Functions {
  const { deployment, definitions, topology, receiverOf, tickFirst = false } = wiring;
  const { warn, clock } = deployment.services;
  const source = (queue: QueueTopology, seconds: number, handler: QueueSourceProps['handler']) =>
    queueSource({
      receiver: receiverOf(queue),
      queue,
      handler,
      functionTimeoutMs: seconds * 1_000,
      now: clock.now,
      onError: warn,
    });
  const { functions } = topology;
  const consumers = topology.batches.flatMap(({ batch, jobs, dead, consumer: runner }) =>
    definitions
      .filter(({ name }) => name === batch)
      .map(definition => ({
        jobs: receiverOf(jobs),
        source: source(jobs, runner.timeoutSeconds, consumer(deployment, definition)),
        dead: source(dead, functions.deadLetter.timeoutSeconds, deadLetter(deployment)),
      })),
  );
  const sources = [
    source(topology.timer, functions.timer.timeoutSeconds, timer(deployment)),
    scheduleSource({
      everyMs: TICKER_SCHEDULE_MINUTES * 60_000,
      immediately: tickFirst,
      clock,
      handler: ticker(deployment),
      functionName: functions.ticker.name,
      functionTimeoutMs: functions.ticker.timeoutSeconds * 1_000,
      onError: warn,
    }),
    ...consumers.flatMap(each => [each.source, each.dead]),
  ];
  return {
    async handedOut() {
      const until = Date.now() + HAND_OUT_MS;
      for (const { jobs, source: running } of consumers) {
        // an answer on its way has hidden its messages before their function has them
        for (let settledBy = Number.POSITIVE_INFINITY; Date.now() < Math.min(until, settledBy); ) {
          const { waiting, hidden } = await jobs.count();
          if (waiting === 0 && hidden <= running.running()) break;
          settledBy =
            waiting > 0 ? Number.POSITIVE_INFINITY : Math.min(settledBy, Date.now() + ON_ITS_WAY_MS);
          await sleep(LOOK_EVERY_MS);
        }
      }
    },
    async stop() {
      await Promise.all(sources.map(each => each.stop()));
    },
  };
}
