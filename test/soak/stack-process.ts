import { serve } from '@hono/node-server';
import { httpApp } from '#functions/http/app';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { topology } from '#lib/topology';
import { LocalClock } from '../../local/clock/local-clock.ts';
import { embeddedEngine } from '../../local/engine/embedded-engine.ts';
import { startFunctions } from '../../local/functions.ts';
import { SOAK_BATCHES, type SoakItem, soakDefinitions } from './definitions.ts';
import { Gate, type Weather } from './gate.ts';

/** What a run asks of the process that has the stack. */
export type Ask = { readonly weather: Weather } | { readonly report: true } | { readonly tally: true };

/** What the process answers. */
export type Told =
  | { readonly event: 'ready'; readonly url: string }
  | {
      readonly event: 'report';
      readonly rssMb: number;
      /** Items that handlers have settled, and how many of them a handler was given again after that. */
      readonly settled: number;
      readonly again: number;
      /** Since the last report: lateness of windows that were flushed by their time, in ms. */
      readonly lateness: Readonly<Record<string, readonly number[]>>;
      readonly openJobs: number;
      readonly buffered: number;
      readonly warnings: number;
    }
  /** How often each item was settled, a byte each, by its number; in base64. */
  | { readonly event: 'tally'; readonly counts: string };

const MOST_ITEMS = 50_000_000;
const counts = new Uint8Array(MOST_ITEMS);
let settled = 0;
let highest = 0;
let warnings = 0;
let again = 0;
let lateness: Record<string, number[]> = {};

const definitions = soakDefinitions({
  settled(items: readonly SoakItem[]) {
    for (const { n } of items) {
      const count = (counts[n] ?? 0) + 1;
      counts[n] = count;
      highest = Math.max(highest, n + 1);
      if (count === 1) settled += 1;
      else again += 1;
    }
  },
  late(name, ms) {
    lateness[name] ??= [];
    lateness[name].push(ms);
  },
}) as unknown as Definition[];

const gate = new Gate();
const clock = new LocalClock();
const parts = topology('soak', definitions);
const engine = await embeddedEngine(parts, clock, undefined);
const deployment = new Deployment(
  { deployment: 'soak', queueUrlBase: 'http://127.0.0.1/' },
  {
    services: {
      store: gate.before(engine.store, 'store'),
      queues: gate.before(engine.queues, 'queues'),
      clock,
      emit: async () => {},
      warn: () => {
        warnings += 1;
      },
    },
  },
).know(definitions);
startFunctions({
  deployment,
  definitions,
  topology: parts,
  receiverOf: queue => {
    const receiver = engine.receiverOf(queue);
    return {
      receive: async (most, signal) => {
        await gate.open(signal);
        return receiver.receive(most, signal);
      },
      delete: receipts => receiver.delete(receipts),
      count: () => receiver.count(),
    };
  },
});
const tell = (told: Told) => process.send?.(told);
serve({ fetch: httpApp(deployment, definitions).fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  tell({ event: 'ready', url: `http://127.0.0.1:${port}` }),
);

/** The store itself, without the gate. */
async function report(): Promise<void> {
  const { jobs, heads, index } = engine.store;
  let openJobs = 0;
  let buffered = 0;
  for (const name of SOAK_BATCHES) {
    openJobs += await jobs.count(name, 'open', 1_000_000);
    for (const { head } of await heads.readHeads(await index.buffersOf(name))) {
      buffered += head.next - head.base;
    }
  }
  const rssMb = Math.round(process.memoryUsage.rss() / 1e6);
  tell({
    event: 'report',
    rssMb,
    settled,
    again,
    lateness,
    openJobs,
    buffered,
    warnings,
  });
  lateness = {};
}

process.on('message', (ask: Ask) => {
  if ('weather' in ask) gate.weather = ask.weather;
  else if ('tally' in ask) {
    tell({ event: 'tally', counts: Buffer.from(counts.subarray(0, highest)).toString('base64') });
  } else void report();
});
process.on('disconnect', () => process.exit(0));
