import { isDeepStrictEqual } from 'node:util';
import type { SlotView, WindowPage } from '../api/api-types.ts';
import type { ReceiptLine } from './receipt.ts';

/** Where an item is. `unknown`: it cannot be known, and no promise says that it can. */
export const PLACES = [
  'buffered',
  'waiting',
  'active',
  'retrying',
  'parked',
  'done',
  'left out',
  'duplicate',
  'failed',
  'dead',
  'purged',
  'expired',
  'unknown',
  'missing',
] as const;
export type Place = (typeof PLACES)[number];

/** The codes of broken promises. */
export type BreachCode =
  | 'verify.item_missing'
  | 'verify.slot_fenced'
  | 'verify.item_dropped'
  | 'verify.slot_shared'
  | 'verify.key_twice'
  | 'verify.item_changed'
  | 'verify.batch_oversized'
  | 'verify.other_batch';

export interface Breach {
  readonly code: BreachCode;
  readonly job: string;
  /** The lines of the receipts that contradict the deployment. */
  readonly lines: readonly number[];
  readonly detail: string;
}

/** A job's window, with all its slots. */
export type WholeWindow = Omit<WindowPage, 'nextSlot'>;

export interface Judgement {
  /** The places of the items, in the order of the receipts. */
  readonly places: readonly Place[];
  readonly breaches: readonly Breach[];
}

/** From this age on, the items of an ended job may be deleted (docs/semantics.md). */
const KEPT_MS = 14 * 86_400_000;
const CONTENT_KEPT_MS = 30 * 86_400_000;

const WHILE: Readonly<Record<string, Place>> = {
  waiting: 'waiting',
  active: 'active',
  retrying: 'retrying',
  parked: 'parked',
  completed: 'done',
  failed: 'failed',
  dead: 'dead',
};

/** Compares the receipts of one job with its window. */
export function judge(
  window: WholeWindow,
  receipts: readonly ReceiptLine[],
  { now, compareItems }: { readonly now: number; readonly compareItems: boolean },
): Judgement {
  const { id: job } = window;
  const breaches: Breach[] = [...ofWindow(window, receipts), ...amongReceipts(job, receipts)];
  const slots = new Map(window.slots.map(view => [view.slot, view]));
  const breach = (code: BreachCode, { line, slot }: ReceiptLine, detail: string) => {
    breaches.push({ code, job, lines: [line], detail: `Slot ${slot} of job ${job} ${detail}` });
  };
  const places = receipts.map((receipt): Place => {
    const view = slots.get(receipt.slot);
    const place = placeOf(window, view, receipt, now);
    if (place !== 'missing') {
      const isOther =
        compareItems &&
        !receipt.duplicate &&
        'item' in receipt &&
        view?.holds === 'item' &&
        !isDeepStrictEqual(view.item, receipt.item);
      if (isOther) breach('verify.item_changed', receipt, 'holds another item than the one that was added.');
    } else if (view?.state === 'duplicate') {
      breach('verify.item_dropped', receipt, 'holds an acknowledged item that is in no batch.');
    } else if (view?.holds === 'fenced' || view?.holds === 'empty') {
      breach('verify.slot_fenced', receipt, `is ${view.holds}, under an acknowledged item.`);
    } else {
      breach('verify.item_missing', receipt, 'has nothing: the acknowledged item is in no batch.');
    }
    return place;
  });
  return { places, breaches };
}

function placeOf(
  { job, slots }: WholeWindow,
  view: SlotView | undefined,
  { at, duplicate, decided }: ReceiptLine,
  now: number,
): Place {
  const age = at === undefined ? 0 : now - at;
  if (view?.holds === 'erased') return 'purged';
  // another item with its key is in the batch, which is what a receipt allows that says when this is decided
  if (view?.state === 'duplicate') return duplicate || decided ? 'duplicate' : 'missing';
  if (view?.holds === 'item')
    return job === undefined ? (age > KEPT_MS ? 'unknown' : 'buffered') : stateOf(job.status, view);
  // with `persist: false` items are in no window
  if (job !== undefined && slots.length === 0) return WHILE[job.status] ?? 'unknown';
  if (view?.holds === 'fenced' || view?.holds === 'empty') return 'missing';
  if (job?.status === 'completed')
    return age > CONTENT_KEPT_MS ? 'done' : at === undefined ? 'unknown' : 'missing';
  if (job !== undefined) return 'missing';
  if (age > KEPT_MS) return 'expired';
  // the original may be older than the receipt of its duplicate
  return duplicate || at === undefined ? 'unknown' : 'missing';
}

function stateOf(status: string, { state }: SlotView): Place {
  if (state === 'done') return 'done';
  if (state === 'left out') return 'left out';
  return WHILE[status] ?? 'unknown';
}

function ofWindow({ id: job, job: info, maxSize }: WholeWindow, receipts: readonly ReceiptLine[]): Breach[] {
  const breaches: Breach[] = [];
  const size = info?.counts.slots ?? 0;
  if (maxSize !== undefined && size > maxSize) {
    breaches.push({
      code: 'verify.batch_oversized',
      job,
      lines: [],
      detail: `Job ${job} has ${size} slots, and its batch's maxSize is ${maxSize}.`,
    });
  }
  const others = receipts.filter(({ batch }) => info !== undefined && batch !== info.batch);
  if (others.length > 0) {
    breaches.push({
      code: 'verify.other_batch',
      job,
      lines: others.map(({ line }) => line),
      detail: `Job ${job} is of batch ${JSON.stringify(info?.batch)}, and receipts name another.`,
    });
  }
  return breaches;
}

/** Checks the receipts alone: no two items have the same slot, and no two of a window the same key. */
function amongReceipts(job: string, receipts: readonly ReceiptLine[]): Breach[] {
  const originals = receipts.filter(({ duplicate }) => !duplicate);
  return [
    ...twice(originals, ({ slot }) => slot).map(lines => ({
      code: 'verify.slot_shared' as const,
      job,
      lines,
      detail: `${lines.length} items of job ${job} were told the same slot, and none of them to be a duplicate.`,
    })),
    ...twice(
      originals.filter(({ decided }) => decided === undefined),
      ({ key }) => key,
    ).map(lines => ({
      code: 'verify.key_twice' as const,
      job,
      lines,
      detail: `${lines.length} items of job ${job} have one dedup key, and none of them was told to be a duplicate.`,
    })),
  ];
}

/** Finds the lines of receipts that are equal by a property. */
function twice(receipts: readonly ReceiptLine[], by: (receipt: ReceiptLine) => unknown): number[][] {
  const lines = new Map<unknown, number[]>();
  for (const receipt of receipts) {
    const key = by(receipt);
    if (key !== undefined) lines.set(key, [...(lines.get(key) ?? []), receipt.line]);
  }
  return [...lines.values()].filter(({ length }) => length > 1);
}
