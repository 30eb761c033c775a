import { headKey } from '#lib/store/keys';
import type { HeadStore, Opening, Sealing, SealResult } from '#lib/store/ports';
import type { BufferKey, Head, OpenWindow, SealedWindow, WindowBounds } from '#lib/store/records';
import { LONGEST_DELAY_MS } from '#lib/topology';

/** As the store in DynamoDB has it: windows further out than a timer are looked at so long before their deadline. */
const ARM_AHEAD_MS = 840_000;
const DAY_MS = 86_400_000;
/** Likewise: a head with nothing open and nothing pending expires so long after its last marker went. */
const IDLE_LIFE_MS = { ordered: 3_650 * DAY_MS, other: 7 * DAY_MS };

type Stored = { -readonly [K in keyof Head]: Head[K] } & {
  idleLifeMs: number;
  expires: number | undefined;
};

/** Heads in memory; a method has done all it does by the time it returns its promise. */
export class MemoryHeads implements HeadStore {
  readonly #heads = new Map<string, Stored>();

  /** All heads, by their partition keys. */
  get all(): ReadonlyMap<string, Head> {
    return this.#heads;
  }

  /** When a head expires, in ms since the epoch; undefined while it does not. */
  expiry(buffer: BufferKey): number | undefined {
    return this.#of(buffer)?.expires;
  }

  async reserve(buffer: BufferKey, n: number, bytes: number, opening: Opening): Promise<Head> {
    const head = this.#of(buffer) ?? born(opening);
    const open = head.open ?? opened(opening.cap, opening.waitMs, opening.now, opening.by);
    head.open = { ...open, bytes: open.bytes + bytes, lastAt: opening.now };
    head.next += n;
    head.dueAt ??= open.armAt;
    head.expires = undefined;
    if (opening.ordered) head.idleLifeMs = IDLE_LIFE_MS.ordered;
    this.#heads.set(headKey(buffer).pk, head);
    return toHead(head);
  }

  async readHead(buffer: BufferKey): Promise<Head | undefined> {
    const head = this.#of(buffer);
    return head && toHead(head);
  }

  async readHeads(
    buffers: readonly BufferKey[],
  ): Promise<{ readonly buffer: BufferKey; readonly head: Head }[]> {
    return buffers.flatMap(buffer => {
      const head = this.#of(buffer);
      return head ? [{ buffer, head: toHead(head) }] : [];
    });
  }

  async sealOpen(buffer: BufferKey, window: WindowBounds, sealing: Sealing): Promise<SealResult> {
    const head = this.#of(buffer);
    const applies =
      head !== undefined &&
      head.epoch === window.epoch &&
      head.window === window.window &&
      head.next > window.base &&
      head.next <= window.base + window.cap;
    if (!applies) return { applied: false, head: head && toHead(head) };
    head.pending = [...head.pending, toSealed(head.window, head.next - head.base, window, sealing)];
    head.base = head.next;
    head.window += 1;
    head.open = undefined;
    head.dueAt = sealing.now;
    return { applied: true, head: toHead(head) };
  }

  async sealFull(buffer: BufferKey, seen: Head, windows: number, sealing: Sealing): Promise<SealResult> {
    const head = this.#whileOpen(buffer, seen);
    const { cap = 0, bytes = 0 } = seen.open ?? {};
    if (head === undefined) {
      const there = this.#of(buffer);
      return { applied: false, head: there && toHead(there) };
    }
    const share = Math.floor((bytes * windows * cap) / (seen.next - seen.base));
    const bounds = { openedAt: sealing.now, deadline: sealing.now, ...seen.open };
    for (let i = 0; i < windows; i++) {
      head.pending = [...head.pending, toSealed(seen.window + i, cap, bounds, sealing)];
    }
    head.base = seen.base + windows * cap;
    head.window = seen.window + windows;
    // the cap stays that of the window which the items were reserved in, and so does what is known of them
    const { lastAt, keptAt } = head.open;
    head.open = {
      ...opened(head.open.cap, head.open.waitMs, sealing.now, sealing.by),
      bytes: head.open.bytes - share,
      lastAt,
      keptAt,
    };
    head.dueAt = sealing.now;
    return { applied: true, head: toHead(head) };
  }

  async clearMarker(buffer: BufferKey, epoch: string, window: number, now: number): Promise<void> {
    const head = this.#of(buffer);
    if (head?.epoch !== epoch || !head.pending.some(sealed => sealed.window === window)) return;
    head.pending = head.pending.filter(sealed => sealed.window !== window);
    if (head.pending.length > 0) return;
    head.dueAt = head.open?.armAt;
    if (head.open === undefined) head.expires = now + head.idleLifeMs;
  }

  async setArmed(buffer: BufferKey, seen: Head): Promise<void> {
    const head = this.#whileOpen(buffer, seen);
    if (head === undefined || head.pending.length > 0) return;
    head.open = { ...head.open, armAt: head.open.deadline };
    head.dueAt = head.open.deadline;
  }

  async lookAgain(buffer: BufferKey, seen: Head, dueAt: number, keptAt?: number): Promise<void> {
    const head = this.#whileOpen(buffer, seen);
    if (head === undefined || head.pending.length > 0) return;
    head.open = { ...head.open, keptAt: keptAt ?? head.open.keptAt };
    head.dueAt = dueAt;
  }

  #of(buffer: BufferKey): Stored | undefined {
    return this.#heads.get(headKey(buffer).pk);
  }

  /** The head, if the window that was seen is still the open one. */
  #whileOpen(buffer: BufferKey, seen: Head): (Stored & { open: OpenWindow }) | undefined {
    const head = this.#of(buffer);
    if (head?.open === undefined || head.epoch !== seen.epoch || head.window !== seen.window)
      return undefined;
    return head as Stored & { open: OpenWindow };
  }
}

const born = ({ by }: Opening): Stored => ({
  epoch: by,
  window: 0,
  base: 0,
  next: 0,
  open: undefined,
  pending: [],
  dueAt: undefined,
  idleLifeMs: IDLE_LIFE_MS.other,
  expires: undefined,
});

const toHead = ({ idleLifeMs: _, expires: __, ...head }: Stored): Head => structuredClone(head);

function opened(cap: number, waitMs: number, now: number, by: string): OpenWindow {
  const deadline = now + waitMs;
  const armAt = waitMs > LONGEST_DELAY_MS ? deadline - ARM_AHEAD_MS : deadline;
  return { cap, waitMs, openedAt: now, deadline, armAt, openedBy: by, bytes: 0, lastAt: now, keptAt: now };
}

const toSealed = (
  window: number,
  count: number,
  { openedAt, deadline }: Pick<WindowBounds, 'openedAt' | 'deadline'>,
  { reason, now, by }: Sealing,
): SealedWindow => ({ window, count, reason, openedAt, deadline, sealedAt: now, sealedBy: by });
