import { flushOnSignals } from './flush-on-signals.ts';
import { MemoryBuffers } from './memory-buffers.ts';

/** What a process holds in memory. The process sends it when it gets a signal to end. */
export class ProcessMemory extends MemoryBuffers {
  readonly #stopListening: () => void;

  constructor(services: ConstructorParameters<typeof MemoryBuffers>[0]) {
    super(services);
    this.#stopListening = flushOnSignals(this, services);
  }

  override async end(): Promise<void> {
    try {
      await super.end();
    } finally {
      this.#stopListening();
    }
  }
}
