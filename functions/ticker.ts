import type { Deployment } from '#lib/deployment/deployment';
import { runTicker, type TickerOptions } from '#lib/recovery/ticker';
import { TickerMemory } from '#lib/recovery/ticker-memory';

/** The ticker ends before it is woken next, so that its lease is free by then. */
const AWAKE_MS = 52_000;

/** Puts right what nobody else did, for most of a minute if there is something to do: woken by the schedule. */
export const ticker = (deployment: Deployment, options: TickerOptions = {}): (() => Promise<void>) => {
  const memory = new TickerMemory();
  return async () => {
    await deployment.knowTime();
    const { services } = deployment;
    const report = await runTicker(services, services.clock.now() + AWAKE_MS, options, memory);
    services.note({ level: report.due > 0 ? 'info' : 'debug', message: 'ticker', data: report });
    // that nobody looks after these is to be told, by the ticker's alarm
    if (report.newer > 0) {
      throw new Error(`${report.newer} records of a later version wait for it: docs/upgrading.md.`);
    }
  };
};
