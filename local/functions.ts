import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { type QueueTopology, TICKER_SCHEDULE_MINUTES, type Topology } from '#lib/topology';
import { type ColdStart, coldStart } from './event-sources/cold-start.ts';
import type { EventSource } from './event-sources/event-source.ts';
import { type QueueSourceProps, queueSource } from './event-sources/queue-source.ts';
import type { Receiver } from './event-sources/receiver.ts';
import { scheduleSource } from './event-sources/schedule-source.ts';
import { realSleep } from './real-time.ts';

/** The parts of a local deployment that its functions use. */
export interface Wiring {
  readonly deployment: Deployment;
  readonly definitions: readonly Definition[];
  readonly topology: Topology;
  /** Returns the receiver of a queue, for its event source. */
  readonly receiverOf: (queue: QueueTopology) => Receiver;
  /** Whether the ticker looks at once for work that an earlier process has left. Default `false`. */
  readonly tickFirst?: boolean;
}

/** A job that its function is processing. */
export interface RunningJob {
  /** The job's batch, or the dead letter queue's name while the job's `onDead` is called. */
  readonly batch: string;
  readonly job: string;
}

/** The running functions of a deployment. */
export interface Functions extends EventSource {
  /** Resolves when each waiting job was handed to its function, at the latest after so many milliseconds. */
  handedOut(ms: number): Promise<void>;
  /** Returns the jobs that functions are processing. */
  running(): readonly RunningJob[];
  /** Counts the messages of jobs that no function is processing. */
  waiting(): Promise<number>;
  /** Resolves when no function's code is being loaded. */
  loaded(): Promise<void>;
  /** Aborts the signals of the running handlers, since the process is about to end. */
  abort(): void;
}

const LOOK_EVERY_MS = 5;
/** A message that is hidden for longer, and that no function is processing, is a retry that is not due. */
const ON_ITS_WAY_MS = 1_000;

/** Starts the functions of a deployment in this process, each with the event source that it has in AWS. */
export function startFunctions(wiring: Wiring): Functions {
  const { deployment, definitions, topology, receiverOf, tickFirst = false } = wiring;
  const { warn, clock } = deployment.services;
  const cold: Pick<ColdStart<never>, 'loaded'>[] = [];
  /** A function, which begins to be loaded with its first event: a stack starts without the code of its functions. */
  const late = <A extends unknown[]>(load: () => Promise<(...given: A) => unknown>) => {
    const started = coldStart(load);
    cold.push(started);
    return started.handler;
  };
  const source = (queue: QueueTopology, seconds: number, load: () => Promise<QueueSourceProps['handler']>) =>
    queueSource({
      receiver: receiverOf(queue),
      queue,
      handler: late(load),
      functionTimeoutMs: seconds * 1_000,
      now: clock.now,
      onError: warn,
    });
  const { functions } = topology;
  const ending = new AbortController();
  const { dead } = topology;
  const runners = [
    ...topology.consumers.flatMap(({ batches, jobs, function: runner }) => {
      const [own, ...others] = definitions.filter(({ name }) => batches.includes(name));
      if (own === undefined) return [];
      const load = async () => {
        const { consumer } = await import('#functions/consumer');
        return consumer(deployment, own, ...others);
      };
      return [{ of: own.name, queue: receiverOf(jobs), source: source(jobs, runner.timeoutSeconds, load) }];
    }),
    {
      of: dead.name,
      queue: receiverOf(dead),
      source: source(dead, functions.deadLetter.timeoutSeconds, async () => {
        const { deadLetter } = await import('#functions/dead-letter');
        return deadLetter(deployment);
      }),
    },
  ];
  const sources = [
    source(topology.timer, functions.timer.timeoutSeconds, async () => {
      const { timer } = await import('#functions/timer');
      return timer(deployment);
    }),
    scheduleSource({
      everyMs: TICKER_SCHEDULE_MINUTES * 60_000,
      immediately: tickFirst,
      clock,
      handler: late(async () => {
        const { ticker } = await import('#functions/ticker');
        // there is no other ticker in this process
        return ticker(deployment, { leaderElection: false, ending: ending.signal });
      }),
      functionName: functions.ticker.name,
      functionTimeoutMs: functions.ticker.timeoutSeconds * 1_000,
      onError: warn,
    }),
    ...runners.map(each => each.source),
  ];
  return {
    async handedOut(ms) {
      const until = Date.now() + ms;
      for (const {
        queue,
        source: { running },
      } of runners) {
        // a receive hides its messages a moment before the function gets them
        for (let settledBy = Number.POSITIVE_INFINITY; Date.now() < Math.min(until, settledBy); ) {
          const { waiting, hidden } = await queue.count();
          if (waiting === 0 && hidden <= running().length) break;
          settledBy =
            waiting > 0 ? Number.POSITIVE_INFINITY : Math.min(settledBy, Date.now() + ON_ITS_WAY_MS);
          await realSleep(LOOK_EVERY_MS);
        }
      }
    },
    running: () =>
      runners.flatMap(({ of, source: { running } }) =>
        running().map(({ Body = '{}' }) => {
          const { batch = of, job } = JSON.parse(Body);
          return { batch: String(batch), job: String(job) };
        }),
      ),
    async waiting() {
      const counts = await Promise.all(
        runners.map(async ({ queue, source: { running } }) => {
          const { waiting, hidden } = await queue.count();
          return Math.max(0, waiting + hidden - running().length);
        }),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async loaded() {
      await Promise.all(cold.map(each => each.loaded()));
    },
    abort() {
      for (const { source: each } of runners) each.abort();
    },
    async stop() {
      ending.abort();
      await Promise.all(sources.map(each => each.stop()));
    },
  };
}
