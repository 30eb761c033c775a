import { readFile } from 'node:fs/promises';
import type { Flight } from '../../batches/flight.ts';

const FILE = new URL('../../examples/flights/flights.csv', import.meta.url);

/** Reads the sample's flights, in order of departure. The sample's fields have neither commas nor quotes. */
export async function readFlights(): Promise<Flight[]> {
  const [, ...lines] = (await readFile(FILE, 'utf8')).trim().split('\n');
  return lines.map(line => {
    const [date = '', delay, distance, origin = '', destination = ''] = line.split(',');
    return { date, delay: Number(delay), distance: Number(distance), origin, destination };
  });
}
