import type { Deployment } from '#lib/deployment/deployment';
import { runTicker, type TickerOptions } from '#lib/recovery/ticker';
import { TickerMemory } from '#lib/recovery/ticker-memory';

/** How long the ticker runs. It ends before it is woken next, so that its lease is free by then. */
const AWAKE_MS = 52_000;

/** Runs the ticker, for most of a minute if an entry is due. The schedule wakes it each minute. */
export const ticker = (deployment: Deployment, options: TickerOptions = {}): (() => Promise<void>) => {
  const memory = new TickerMemory();
  return async () => {
    await deployment.knowTime();
    const { services } = deployment;
    const report = await runTicker(services, services.clock.now() + AWAKE_MS, options, memory);
    services.note({ level: report.due > 0 ? 'info' : 'debug', message: 'ticker', data: report });
    // no ticker of this version can work on these records, so the ticker's alarm has to go off
    if (report.newer > 0) {
      throw new Error(`${report.newer} records of a later version wait for it: docs/upgrading.md.`);
    }
  };
};
