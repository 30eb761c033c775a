import { parseArgs } from 'node:util';
import type { Definition } from '#lib/definition/options';
import * as ERROR_CODES from '#lib/error-codes';
import { CisternError, SettingsError } from '#lib/errors';
import { loadDefinitions } from '#loader/load-definitions';
import { readFlights } from './demo/flights.ts';
import { LateFlights } from './demo/late-flights.ts';
import { replay, settle } from './demo/replay.ts';
import { progressLine, summary } from './demo/report.ts';
import { Tally } from './demo/tally.ts';
import { DEFAULT_PORT, startLocal } from './start-local.ts';

const DEFAULT_BATCHES = 'batches/index.ts';

/**
 * Runs `npm start`: starts the local stack, sends the sample's flights through it, and keeps it running for the user.
 * With `--once` it ends after the flights, with exit code 0 only if each item was handled exactly once.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
  const path = process.env['CISTERN_BATCHES'] ?? DEFAULT_BATCHES;
  const definitions = await loadDefinitions(path);
  const departures = path === DEFAULT_BATCHES && definitions.find(({ name }) => name === 'departures');
  const tally = departures ? new Tally(departures) : undefined;
  const late = new LateFlights();

  const local = await startLocal({
    batches: tally
      ? [...definitions.map(each => (each === departures ? tally.watch(each) : each)), late.definition]
      : definitions,
    port: portFromEnvironment(),
  });
  console.log(
    `Cistern is at ${local.url}, with ${names(local.definitions)}. Its dashboard:\n\n  ${local.dashboard}\n`,
  );
  let ok = true;
  if (tally) ok = await demo(local.url, tally, late);
  if (values.once) {
    await local.stop();
    return ok ? 0 : 1;
  }
  console.log(`\nIt goes on serving; end it with Ctrl-C. Try:\n\n  ${curl(local.url, definitions)}\n`);
  await new Promise<void>(resolve => {
    process.on('SIGINT', resolve);
    process.on('SIGTERM', resolve);
  });
  await local.stop();
  return 0;
}

function portFromEnvironment(): number {
  const given = process.env['PORT'] ?? String(DEFAULT_PORT);
  const port = Number(given);
  if (/^\d+$/.test(given) && port <= 65_535) return port;
  throw new SettingsError(
    ERROR_CODES.settingsInvalid,
    `PORT has to be a number from 0 (any free port) to 65535; it was ${JSON.stringify(given)}.`,
  );
}

async function demo(url: string, tally: Tally, late: LateFlights): Promise<boolean> {
  const flights = await readFlights();
  console.log(
    `Sending ${flights.length.toLocaleString('en')} flights, grouped by airport, some of them twice:`,
  );
  const began = Date.now();
  const progress = setInterval(() => console.log(progressLine(tally)), 1_000);
  try {
    await Promise.all([replay(url, flights, tally), late.replay(flights)]);
    await settle(tally, late);
  } finally {
    clearInterval(progress);
  }
  const faults = tally.check();
  console.log(`\n${summary(tally, late, (Date.now() - began) / 1_000, faults)}`);
  return faults.length === 0 && late.isDone;
}

const names = (definitions: readonly Definition[]): string => definitions.map(({ name }) => name).join(', ');

function curl(url: string, [first]: readonly Definition[]): string {
  const item =
    first?.name === 'departures'
      ? '{"date":"2001/04/01 09:00","delay":5,"distance":337,"origin":"SFO","destination":"LAX"}'
      : '{}';
  return `curl -i ${url}/v1/batches/${first?.name}/items -H 'content-type: application/json' -d '{"item":${item}}'`;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof CisternError ? error.message : error);
  return 2;
});
