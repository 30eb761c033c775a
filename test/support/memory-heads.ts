import { headKey } from '#lib/store/keys';
import type { HeadStore, Opening, Sealing, SealResult } from '#lib/store/ports';
import type { BufferKey, Head, OpenWindow, SealedWindow, WindowBounds } from '#lib/store/records';
import { LONGEST_DELAY_MS } from '#lib/topology';

/** As the store in DynamoDB has it: windows further out than a timer are looked at so long before their deadline. */
const ARM_AHEAD_MS = 840_000;

type Stored = { -readonly [K in keyof Head]: Head[K] };

/** Heads in memory; a method has done all it does by the time it returns its promise. */
export class MemoryHeads implements HeadStore {
  readonly #heads = new Map<string, Stored>();

  /** All heads, by their partition keys. */
  get all(): ReadonlyMap<string, Head> {
    return this.#heads;
  }

  async reserve(buffer: BufferKey, n: number, bytes: number, opening: Opening): Promise<Head> {
    const { pk } = headKey(buffer);
    const head = this.#heads.get(pk) ?? {
      epoch: opening.by,
      window: 0,
      base: 0,
      next: 0,
      open: undefined,
      pending: [],
      dueAt: undefined,
    };
    const open = head.open ?? opened(opening.cap, opening.waitMs, opening.now, opening.by);
    head.open = { ...open, bytes: open.bytes + bytes };
    head.next += n;
    head.dueAt ??= open.armAt;
    this.#heads.set(pk, head);
    return structuredClone(head);
  }

  async readHead(buffer: BufferKey): Promise<Head | undefined> {
    return structuredClone(this.#heads.get(headKey(buffer).pk));
  }

  async sealOpen(buffer: BufferKey, window: WindowBounds, sealing: Sealing): Promise<SealResult> {
    const head = this.#heads.get(headKey(buffer).pk);
    const applies =
      head !== undefined &&
      head.epoch === window.epoch &&
      head.window === window.window &&
      head.next > window.base &&
      head.next <= window.base + window.cap;
    if (!applies) return { applied: false, head: structuredClone(head) };
    head.pending = [...head.pending, toSealed(head.window, head.next - head.base, window, sealing)];
    head.base = head.next;
    head.window += 1;
    head.open = undefined;
    head.dueAt = sealing.now;
    return { applied: true, head: structuredClone(head) };
  }

  async sealFull(buffer: BufferKey, seen: Head, windows: number, sealing: Sealing): Promise<SealResult> {
    const head = this.#heads.get(headKey(buffer).pk);
    const { cap = 0, bytes = 0 } = seen.open ?? {};
    if (!head?.open || head.epoch !== seen.epoch || head.window !== seen.window) {
      return { applied: false, head: structuredClone(head) };
    }
    const share = Math.floor((bytes * windows * cap) / (seen.next - seen.base));
    const bounds = { openedAt: sealing.now, deadline: sealing.now, ...seen.open };
    for (let i = 0; i < windows; i++) {
      head.pending = [...head.pending, toSealed(seen.window + i, cap, bounds, sealing)];
    }
    head.base = seen.base + windows * cap;
    head.window = seen.window + windows;
    // the cap stays that of the window which the items were reserved in
    head.open = {
      ...opened(head.open.cap, head.open.waitMs, sealing.now, sealing.by),
      bytes: head.open.bytes - share,
    };
    head.dueAt = sealing.now;
    return { applied: true, head: structuredClone(head) };
  }

  async clearMarker(buffer: BufferKey, epoch: string, window: number, _now: number): Promise<void> {
    const head = this.#heads.get(headKey(buffer).pk);
    if (head?.epoch !== epoch || !head.pending.some(sealed => sealed.window === window)) return;
    head.pending = head.pending.filter(sealed => sealed.window !== window);
    if (head.pending.length === 0) head.dueAt = head.open?.armAt;
  }

  async setArmed(buffer: BufferKey, seen: Head): Promise<void> {
    const head = this.#heads.get(headKey(buffer).pk);
    if (!head?.open || head.epoch !== seen.epoch || head.window !== seen.window) return;
    if (head.pending.length > 0) return;
    head.open = { ...head.open, armAt: head.open.deadline };
    head.dueAt = head.open.deadline;
  }
}

function opened(cap: number, waitMs: number, now: number, by: string): OpenWindow {
  const deadline = now + waitMs;
  const armAt = waitMs > LONGEST_DELAY_MS ? deadline - ARM_AHEAD_MS : deadline;
  return { cap, waitMs, openedAt: now, deadline, armAt, openedBy: by, bytes: 0 };
}

const toSealed = (
  window: number,
  count: number,
  { openedAt, deadline }: Pick<WindowBounds, 'openedAt' | 'deadline'>,
  { reason, now, by }: Sealing,
): SealedWindow => ({ window, count, reason, openedAt, deadline, sealedAt: now, sealedBy: by });
