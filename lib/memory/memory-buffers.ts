import { randomUUID } from 'node:crypto';
import type { Receipt } from '../buffer/items.ts';
import type { FlushReason } from '../definition/flush-reason.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { BusyError } from '../errors.ts';
import type { PreparedItem } from '../producer/prepare.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Services } from '../store/services.ts';
import { MOMENT_MS, within } from '../within.ts';
import { MemoryWindow } from './memory-window.ts';
import { notSent, type UnsentBatch } from './not-sent-error.ts';
import { sender } from './send-window.ts';

/** Pauses between tries to send a batch that the queue has refused. The last pause is repeated. */
const RESEND_AFTER_MS = [100, 500, 2_000, 10_000, 60_000];
/** How long a flush waits for the queue. Then it throws for the batches that are not sent, which are tried on. */
const SENDING_TIMEOUT_MS = 10_000;
/** How many refused batches of one definition a process keeps before it takes no more items for it. */
const UNSENT_AT_MOST = 100;
const RETRY_AFTER_MS = 5_000;
const KEPT = 'they are kept, and sent when the queue takes them';

interface MemoryBuffer {
  readonly key: BufferKey;
  readonly definition: Definition;
  readonly window: MemoryWindow;
  readonly stopTimer: () => void;
  stopQuiet: () => void;
}

/** A batch on its way to its queue. */
interface Sending extends UnsentBatch {
  readonly done: Promise<void>;
  /** The last failure, if it has failed so far. */
  failure?: unknown;
  /** Whether an invocation has failed for it. */
  isReported?: boolean;
}

/**
 * The buffers of `persist: false`. Each process has buffers of its own. It flushes them at maxSize, at maxWaitMs, at
 * maxBytes, and when it ends.
 */
export class MemoryBuffers {
  readonly #services: Pick<Services, 'store' | 'queues' | 'clock' | 'warn'>;
  readonly #open = new Map<string, MemoryBuffer>();
  readonly #sending = new Set<Sending>();
  /** Those that have failed so far. */
  readonly #failing = new Set<Sending>();
  #ended = false;

  constructor(services: Pick<Services, 'store' | 'queues' | 'clock' | 'warn'>) {
    this.#services = services;
  }

  /** Takes items into memory. A full window is sent as a job in the background. */
  add(definition: Definition, items: readonly PreparedItem[]): Receipt[] {
    const receipts = items.map(item => this.#take(definition, item));
    if (definition.quietMs !== undefined) {
      for (const group of new Set(items.map(item => item.group)))
        this.#waitForQuiet(nameOf({ batch: definition.name, group }), definition.quietMs);
    }
    return receipts;
  }

  #take(definition: Definition, item: PreparedItem): Receipt {
    const { name: batch, maxBytes = Number.POSITIVE_INFINITY } = definition;
    const { maxSize, maxWaitMs } = item.bounds;
    const key = { batch, group: item.group };
    const name = nameOf(key);
    let buffer = this.#open.get(name);
    // flush the window before an item that would exceed maxBytes
    if (buffer && buffer.window.bytes + item.bytes > maxBytes && !buffer.window.holds(item)) {
      this.#flush(name, 'bytes');
      buffer = undefined;
    }
    const { window } = buffer ?? this.#begin(name, definition, { ...key, shard: 0 }, maxWaitMs);
    const receipt = window.add(item);
    if (window.items.length >= maxSize) this.#flush(name, 'size');
    else if (window.bytes >= maxBytes) this.#flush(name, 'bytes');
    else if (item.urgent && !receipt.duplicate) this.#flush(name, 'urgent');
    return receipt;
  }

  /**
   * Refuses an add, before any of its items is taken, while too many batches could not be sent. Those are kept in memory.
   * @throws BusyError `batch.queue_unreachable`
   */
  admit(batch: string): void {
    if (this.#failing.size < UNSENT_AT_MOST) return;
    const failing = [...this.#failing].filter(each => each.batch === batch);
    if (failing.length < UNSENT_AT_MOST) return;
    throw new BusyError(
      ERROR_CODES.queueUnreachable,
      `batch ${JSON.stringify(batch)} has ${failing.length} batches in this process that its queue does not take, and takes no more items until it does; add again in ${RETRY_AFTER_MS} ms.`,
      {
        details: { batch, unsent: failing.length, retryAfterMs: RETRY_AFTER_MS },
        cause: failing[0]?.failure,
      },
    );
  }

  /**
   * Flushes all items, and waits up to 10 s until they are in SQS.
   * @throws CisternError `batch.not_sent` for batches that are not in SQS by then. They are tried on
   */
  async flush(reason: FlushReason): Promise<void> {
    for (const name of [...this.#open.keys()]) this.#flush(name, reason);
    await this.#sent([...this.#sending], KEPT);
  }

  /**
   * Flushes all items before an invocation answers, and waits up to 10 s until they are in SQS. It waits half a second for
   * batches that an earlier invocation has failed for, and does not fail for them again: this invocation has not added them.
   *
   * @throws CisternError `batch.not_sent`, as `flush`
   */
  async flushBeforeAnswer(): Promise<void> {
    for (const name of [...this.#open.keys()]) this.#flush(name, 'invocation');
    const sending = [...this.#sending];
    const earlier = sending.filter(({ isReported }) => isReported);
    const own = sending.filter(({ isReported }) => !isReported);
    try {
      await Promise.all([
        this.#sent(own, KEPT),
        within(this.#services.clock, MOMENT_MS, Promise.all(earlier.map(({ done }) => done))),
      ]);
    } catch (error) {
      for (const each of own) each.isReported = true;
      throw error;
    }
  }

  /**
   * Flushes all items as `flush` does, and then gives up those that are not in SQS.
   * @throws CisternError `batch.not_sent` for batches that are lost
   */
  async end(): Promise<void> {
    for (const name of [...this.#open.keys()]) this.#flush(name, 'shutdown');
    try {
      await this.#sent([...this.#sending], 'they are lost with this process');
    } finally {
      this.#ended = true;
    }
  }

  /**
   * Flushes this process's items of a batch, or of one group of it, and waits up to 10 s until they are in SQS.
   * @returns the jobs that it made
   * @throws CisternError `batch.not_sent`, as `flush`
   */
  async flushBatch(
    batch: string,
    group: string | undefined,
    reason: FlushReason,
  ): Promise<{ readonly job: string; readonly group?: string; readonly items: number }[]> {
    const held = this.#heldOf(batch).filter(({ key }) => group === undefined || key.group === group);
    for (const { key } of held) this.#flush(nameOf(key), reason);
    const own = [...this.#sending].filter(
      each => each.batch === batch && (group === undefined || each.group === group),
    );
    await this.#sent(own, KEPT);
    return held.map(({ key, window }) => ({
      job: window.job,
      ...(key.group !== undefined && { group: key.group }),
      items: window.items.length,
    }));
  }

  /**
   * Returns the number of items that this process holds of a batch.
   * @param only counts this group alone. Default: all groups
   */
  size(batch: string, only?: { readonly group: string | undefined }): number {
    return this.#heldOf(batch)
      .filter(({ key }) => only === undefined || key.group === only.group)
      .reduce((sum, { window }) => sum + window.items.length, 0);
  }

  /** Whether batches are on their way to their queue. */
  get isSending(): boolean {
    return this.#sending.size > 0;
  }

  #heldOf(batch: string): MemoryBuffer[] {
    return [...this.#open.values()].filter(({ key }) => key.batch === batch);
  }

  /** Flushes a buffer when no item has come for the batch's quietMs. */
  #waitForQuiet(name: string, quietMs: number): void {
    const buffer = this.#open.get(name);
    if (buffer === undefined) return;
    buffer.stopQuiet();
    buffer.stopQuiet = this.#services.clock.after(quietMs, () => this.#flush(name, 'quiet'));
  }

  #begin(name: string, definition: Definition, key: BufferKey, maxWaitMs: number): MemoryBuffer {
    const { clock } = this.#services;
    const openedAt = clock.now();
    const window = new MemoryWindow(randomUUID(), openedAt, openedAt + maxWaitMs, definition.dedupKeep);
    const stopTimer = clock.after(maxWaitMs, () => this.#flush(name, 'time'));
    const buffer = { key, definition, window, stopTimer, stopQuiet: () => {} };
    this.#open.set(name, buffer);
    return buffer;
  }

  #flush(name: string, reason: FlushReason): void {
    const buffer = this.#open.get(name);
    if (buffer === undefined) return;
    buffer.stopTimer();
    buffer.stopQuiet();
    this.#open.delete(name);
    const { key, window } = buffer;
    const failed = (error: unknown) => {
      sending.failure = error;
      this.#failing.add(sending);
    };
    const sending: Sending = {
      batch: key.batch,
      ...(key.group !== undefined && { group: key.group }),
      job: window.job,
      items: window.items.length,
      done: this.#send(buffer, reason, failed).finally(() => {
        this.#sending.delete(sending);
        this.#failing.delete(sending);
      }),
    };
    this.#sending.add(sending);
  }

  /** Waits until these batches are in SQS. @throws CisternError `batch.not_sent` */
  async #sent(batches: readonly Sending[], fate: string): Promise<void> {
    await within(this.#services.clock, SENDING_TIMEOUT_MS, Promise.all(batches.map(({ done }) => done)));
    const unsent = batches.filter(each => this.#sending.has(each));
    if (unsent.length === 0) return;
    const told = unsent.map(({ batch, group, job, items }) => ({
      batch,
      ...(group !== undefined && { group }),
      job,
      items,
    }));
    throw notSent(told, fate, unsent.find(each => 'failure' in each)?.failure);
  }

  /** Sends a window again until the queue takes it. A job that is sent twice has one id, and runs once. */
  async #send(buffer: MemoryBuffer, reason: FlushReason, failed: (error: unknown) => void): Promise<void> {
    const send = sender(this.#services, buffer.key, buffer.window, reason);
    for (let tries = 0; !this.#ended; tries++) {
      try {
        return await send();
      } catch (error) {
        failed(error);
        this.#services.warn('a batch could not be sent yet', error, {
          ...buffer.key,
          job: buffer.window.job,
        });
        const pause = RESEND_AFTER_MS[Math.min(tries, RESEND_AFTER_MS.length - 1)] ?? 0;
        await this.#services.clock.sleep(pause);
      }
    }
  }
}

/** Names have no `|`, so that no two buffers have the same name. */
const nameOf = ({ batch, group }: Pick<BufferKey, 'batch' | 'group'>): string =>
  group === undefined ? batch : `${batch}|${group}`;
