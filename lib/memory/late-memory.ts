import type { Receipt } from '../buffer/items.ts';
import { lateImport } from '../late-import.ts';
import type { Services } from '../store/services.ts';
import type { MemoryBuffers } from './memory-buffers.ts';

/** Loads the buffers in memory. A process without `persist: false` does not load them. */
const loadMemory: () => Promise<typeof import('./process-memory.ts')> = lateImport(
  () => import('./process-memory.ts'),
);

/** The items that this process holds in memory. It is loaded with the first item of a batch with `persist: false`. */
export class LateMemory {
  readonly #services: Pick<Services, 'store' | 'queues' | 'clock' | 'warn'>;
  #loading: Promise<MemoryBuffers> | undefined;
  #loaded: MemoryBuffers | undefined;

  constructor(services: Pick<Services, 'store' | 'queues' | 'clock' | 'warn'>) {
    this.#services = services;
  }

  /** As MemoryBuffers. */
  async add(...given: Parameters<MemoryBuffers['add']>): Promise<Receipt[]> {
    if (this.#loaded) return this.#loaded.add(...given);
    this.#loading ??= this.#load();
    return (await this.#loading).add(...given);
  }

  /** As MemoryBuffers. */
  admit(batch: string): void {
    this.#loaded?.admit(batch);
  }

  /** As MemoryBuffers. */
  async end(): Promise<void> {
    await (await this.#loading)?.end();
  }

  /** As MemoryBuffers. */
  async flush(...given: Parameters<MemoryBuffers['flush']>): Promise<void> {
    await (await this.#loading)?.flush(...given);
  }

  /** As MemoryBuffers. */
  async flushBeforeAnswer(): Promise<void> {
    await (await this.#loading)?.flushBeforeAnswer();
  }

  /** As MemoryBuffers. */
  async flushBatch(
    ...given: Parameters<MemoryBuffers['flushBatch']>
  ): Promise<Awaited<ReturnType<MemoryBuffers['flushBatch']>>> {
    return (await (await this.#loading)?.flushBatch(...given)) ?? [];
  }

  /** As MemoryBuffers. */
  size(...given: Parameters<MemoryBuffers['size']>): number {
    return this.#loaded?.size(...given) ?? 0;
  }

  /** As MemoryBuffers. */
  get isSending(): boolean {
    return this.#loaded?.isSending ?? false;
  }

  async #load(): Promise<MemoryBuffers> {
    const { ProcessMemory } = await loadMemory();
    this.#loaded = new ProcessMemory(this.#services);
    return this.#loaded;
  }
}
