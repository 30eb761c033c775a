import type { JobMessage, Queues, TimerMessage } from '#lib/store/queue-ports';

/** A message in a queue in memory. */
export interface Held<M> {
  readonly message: M;
  /** Times it was handed out. */
  receives: number;
}

/** Queues in memory: what is sent stays until it is deleted, and may be handed out to many at once. */
export class MemoryQueues implements Queues {
  readonly jobs: Held<JobMessage>[] = [];
  readonly dead: Held<JobMessage>[] = [];
  readonly timers: (Held<TimerMessage> & { readonly delaySeconds: number })[] = [];

  async sendJob(_batch: string, message: JobMessage, _group: string | undefined): Promise<void> {
    this.jobs.push({ message: structuredClone(message), receives: 0 });
  }

  async sendDead(_batch: string, message: JobMessage): Promise<void> {
    this.dead.push({ message: structuredClone(message), receives: 0 });
  }

  async sendTimer(message: TimerMessage, delaySeconds: number): Promise<void> {
    this.timers.push({ message: structuredClone(message), receives: 0, delaySeconds });
  }

  async setVisibility(): Promise<void> {}

  /** Deletes a message, if it is still there. */
  delete(held: Held<unknown>): void {
    for (const queue of [this.jobs, this.dead, this.timers] as Held<unknown>[][]) {
      const at = queue.indexOf(held);
      if (at >= 0) queue.splice(at, 1);
    }
  }
}
