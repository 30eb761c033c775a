// first: it makes what zlib and crypto do happen at once
import '../../test/simulation/world/deterministic.ts';
import { loadAll } from '#lib/late-import';
import { round } from '../measure.ts';
import type { Row, Size, Table } from '../report.ts';
import {
  HEAD_RATES,
  HEAD_SIZES,
  headLoad,
  LOADS,
  type Load,
  TROUBLES,
  WINDOW_RATES,
  windowLoad,
} from './load.ts';
import { type Played, playLoad } from './play-load.ts';

const MONTH_SECONDS = 30 * 86_400;
/** A rate is taken well where nothing is refused, and neither adds nor batches are late. */
const WELL = { addMs: 1_000, lateMs: 2_000 } as const;

/** About twice what a head takes, in adds a second. */
const FLOOD = 2_000;

/** The capacity model: what throttles first at a load, how late batches get, and what it costs. Its time is virtual. */
export async function capacity(size: Size): Promise<readonly Table[]> {
  await loadAll();
  const isTiny = size === 'tiny';
  const loads: Record<string, Row> = {};
  for (const load of isTiny ? LOADS.slice(0, 1).map(tiny) : LOADS) {
    loads[load.name] = toRow(load, await playLoad(load));
  }
  const heads: Record<string, Row> = {};
  for (const maxSize of isTiny ? [10] : HEAD_SIZES) {
    const rates = isTiny ? [20] : HEAD_RATES;
    const { taken, over } = await climb(rates, rate =>
      isTiny ? tiny(headLoad(maxSize, rate)) : headLoad(maxSize, rate),
    );
    heads[`maxSize ${maxSize.toLocaleString('en-US')}`] = {
      'adds/s taken well': taken ?? `below ${rates[0]}`,
      ...(over && { 'offered then': over.rate, 'acknowledged of it': Math.round(over.played.acknowledged) }),
      [`acknowledged of ${FLOOD.toLocaleString('en-US')}`]: Math.round(
        (await playLoad(isTiny ? tiny(headLoad(maxSize, FLOOD)) : headLoad(maxSize, FLOOD))).acknowledged,
      ),
      'what throttles': first(over?.played),
    };
  }
  const windows: Record<string, Row> = {};
  for (const parts of isTiny ? [1] : [1, 32]) {
    const { taken, over } = await climb(isTiny ? [50] : WINDOW_RATES, rate =>
      isTiny ? tiny(windowLoad(rate, parts)) : windowLoad(rate, parts),
    );
    windows[`${parts} index partition${parts === 1 ? '' : 's'}`] = {
      'windows/s taken well': taken ?? 0,
      ...(over && { 'offered then': over.rate, 'ran then': Math.round(over.played.windows) }),
      'what throttles': first(over?.played),
    };
  }
  const troubles: Record<string, Row> = {};
  for (const load of isTiny ? TROUBLES.slice(0, 1).map(tiny) : TROUBLES) {
    const played = await playLoad(load);
    troubles[load.name] = {
      'acked items/s': Math.round(played.acknowledged),
      'failed %': round(played.failed * 100),
      'add p50': played.addMs.p50,
      'add p99': played.addMs.p99,
      'late p50': played.lateMs.p50,
      'late p99': played.lateMs.p99,
      'late max': played.lateMs.max,
      'ended twice': played.again,
      lost: played.lost,
    };
  }
  return [
    {
      title: 'Capacity: loads',
      rows: loads,
      notes: [
        'late: from the deadline, or from the call that filled the window, to the start of the handler, in ms.',
        'of: the share of the deployment that is modelled; what its groups share is scaled with it.',
        'USD: DynamoDB, SQS, Lambda and the HTTP API, without logs and storage.',
      ],
    },
    { title: 'Capacity: single adds a second of one group, all quotas raised', rows: heads },
    {
      title: 'Capacity: windows a second of one batch, evenly over many groups, all quotas raised',
      rows: windows,
    },
    {
      title: 'Trouble: 500 items/s singly over HTTP, 50 groups, an item tried once by its producer',
      rows: troubles,
      notes: [
        'handled again: items of batches whose process died after the handler had begun, or that came twice.',
      ],
    },
  ];
}

/** The highest of the rates that is taken well, and the first that is not. */
async function climb(
  rates: readonly number[],
  loadOf: (rate: number) => Load,
): Promise<{ taken: number | undefined; over: { rate: number; played: Played } | undefined }> {
  let taken: number | undefined;
  for (const rate of rates) {
    const played = await playLoad(loadOf(rate));
    if (played.failed > 0 || played.addMs.p99 > WELL.addMs || played.lateMs.p99 > WELL.lateMs) {
      return { taken, over: { rate, played } };
    }
    taken = rate;
  }
  return { taken, over: undefined };
}

/** The same load for a moment. */
const tiny = (load: Load): Load => ({
  ...load,
  itemsPerSecond: Math.min(100, load.itemsPerSecond),
  slice: 1,
  maxWaitMs: 500,
  seconds: 1,
  warmSeconds: 0,
});

function toRow({ itemsPerSecond, bulk = 1, slice = 1 }: Load, played: Played): Row {
  const { acknowledged, failed, addMs, lateMs, usdPerMillion } = played;
  return {
    'calls/s': Math.round(itemsPerSecond / bulk),
    'acked items/s': Math.round(acknowledged),
    'failed %': round(failed * 100),
    'add p50': addMs.p50,
    'add p99': addMs.p99,
    'late p50': lateMs.p50,
    'late p99': lateMs.p99,
    'late max': lateMs.max,
    'batches/s': round(played.windows),
    'items each': Math.round(played.itemsPerWindow),
    'WU/item': round(played.writeUnits),
    'RU/item': round(played.readUnits),
    'USD/M': round(usdPerMillion),
    'USD/month': Math.round(((usdPerMillion * acknowledged) / 1e6) * MONTH_SECONDS),
    of: slice === 1 ? 'all' : `1/${slice}`,
    'what throttles': first(played),
  };
}

/** What was turned down, and when first: in the order of their first times. */
const first = (played: Played | undefined): string =>
  played?.throttled
    .map(({ limit, times, firstMs }) => `${limit}: ${times}× from ${(firstMs / 1_000).toFixed(1)} s`)
    .join('; ') || 'nothing';
