import { batch } from 'cistern';
import type { Flight } from '../../batches/flight.ts';

/** A flight is late from so many minutes on. */
const LATE_MINUTES = 60;
/** One late flight in so many fails in the first attempt. */
const FAILS_EVERY = 10;

/** A second batch of the demo. Its handler fails some items in the first attempt. Only those are retried. */
export class LateFlights {
  told = 0;
  retried = 0;
  accepted = 0;
  readonly definition = batch<Flight>({
    name: 'late-flights',
    maxSize: 50,
    maxWaitMs: 1_000,
    retries: { max: 2, strategy: 'fixed', baseDelay: 300 },
    handler: ({ batch: flights, attempt, fail }) => {
      for (const flight of flights) {
        const fails = attempt === 1 && flight.distance % FAILS_EVERY === 0;
        if (fails) fail(flight, new Error('The airline does not answer.'));
        else this.told += 1;
        if (fails) this.retried += 1;
      }
    },
  });

  async replay(flights: readonly Flight[]): Promise<void> {
    const late = flights.filter(({ delay }) => delay >= LATE_MINUTES);
    this.accepted += (await this.definition.addBulk(late)).length;
  }

  get isDone(): boolean {
    return this.told >= this.accepted;
  }
}
