import type { Receipt } from 'cistern';
import pLimit from 'p-limit';
import type { Flight } from '../../batches/flight.ts';
import type { LateFlights } from './late-flights.ts';
import type { Tally } from './tally.ts';

/** How many flights are sent one by one, as they depart. The others are sent in bulk, by airport. */
const SINGLY = 400;
const BULK = 100;
/** One flight in so many is sent twice, as by an airport that got no answer. */
const TWICE_EVERY = 20;
const PARALLEL_REQUESTS = 4;
/** How long after the last request all items must have been handled. It is longer than a window's wait. */
const TIMEOUT_MS = 20_000;

/** Sends flights to the HTTP API, singly and in bulk, some of them twice, and records each answer. */
export async function replay(url: string, flights: readonly Flight[], tally: Tally): Promise<void> {
  const endpoint = `${url}/v1/batches/departures/items`;
  const reported = flights.flatMap((flight, at) => (at % TWICE_EVERY === 0 ? [flight, flight] : [flight]));
  const requests = [
    ...reported.slice(0, SINGLY).map(flight => [flight]),
    ...byAirport(reported.slice(SINGLY)),
  ];
  const limit = pLimit(PARALLEL_REQUESTS);
  await Promise.all(
    requests.map(items =>
      limit(async () => {
        const receipts = await post(endpoint, items);
        items.forEach((item, at) => {
          const receipt = receipts[at];
          if (receipt) tally.acknowledge(item, receipt);
        });
      }),
    ),
  );
}

function byAirport(flights: readonly Flight[]): Flight[][] {
  const airports = new Map<string, Flight[]>();
  for (const flight of flights) {
    const departures = airports.get(flight.origin) ?? [];
    departures.push(flight);
    airports.set(flight.origin, departures);
  }
  return [...airports.values()].flatMap(departures =>
    Array.from({ length: Math.ceil(departures.length / BULK) }, (_, at) =>
      departures.slice(at * BULK, (at + 1) * BULK),
    ),
  );
}

async function post(endpoint: string, items: readonly Flight[]): Promise<readonly Receipt[]> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(items.length === 1 ? { item: items[0] } : { items }),
  });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  const { receipts } = (await response.json()) as { receipts: readonly Receipt[] };
  return receipts;
}

/** Waits until the handlers have got as many items as were accepted, or until the timeout. */
export async function settle(tally: Tally, late: LateFlights): Promise<void> {
  const until = Date.now() + TIMEOUT_MS;
  while ((tally.delivered < tally.accepted || !late.isDone) && Date.now() < until) {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
