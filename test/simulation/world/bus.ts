import type { BatchEvent } from '#lib/definition/events';
import type { Services } from '#lib/store/services';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** How the event bus is in a play: nothing but events may hang on it. */
export const BUS_MOODS = ['well', 'hangs', 'refuses'] as const;
export type BusMood = (typeof BUS_MOODS)[number];

/** As long as the client tries: twice two seconds. */
const GIVEN_UP_AFTER_MS = 4_000;

/** An event that the bus has taken. */
export interface Told {
  readonly event: BatchEvent;
  readonly at: number;
}

/** The event bus. */
export class Bus {
  readonly told: Told[] = [];
  readonly mood: BusMood;
  readonly #world: World;

  constructor(world: World, mood: BusMood) {
    this.#world = world;
    this.mood = mood;
  }

  /** The bus as a process reaches it. */
  of(process: Process): Services['emit'] {
    const { emit } = this.#world.remote(
      { emit: async (event: BatchEvent) => this.#take(event) },
      process,
      'bus',
      () => 0,
    );
    if (this.mood === 'well') return emit;
    return async () => {
      await process.clock.sleep(this.mood === 'hangs' ? GIVEN_UP_AFTER_MS : 5);
      throw new Error('The bus has not taken the event.');
    };
  }

  #take(event: BatchEvent): void {
    this.#world.tell(`the bus is told: ${JSON.stringify(event)}`);
    this.told.push({ event, at: this.#world.now });
  }
}
