import { JOB_STATUSES, type Span } from '../api/contract.ts';
import { FLUSH_REASONS } from './flush-reasons.ts';
import { FILTERS, type JobFilter } from './job-filter.ts';
import { SPANS } from './spans.ts';

/** What the page shows, as its address's fragment says it: links, reloads and the back button work. */
export type Route =
  | { readonly view: 'overview' }
  /** The filter is that of the jobs that are listed. */
  | ({ readonly view: 'batch'; readonly batch: string } & JobFilter)
  | { readonly view: 'peek'; readonly batch: string; readonly group?: string }
  | { readonly view: 'send'; readonly batch: string }
  /** Those that say one thing, where it is named. */
  | { readonly view: 'errors'; readonly batch: string; readonly error?: string }
  /** An item of a batch, by its dedup key. */
  | { readonly view: 'item'; readonly batch: string; readonly item?: string; readonly group?: string }
  | { readonly view: 'charts'; readonly batch: string; readonly group?: string; readonly span?: Span }
  /** With a text that its items are looked through for. */
  | { readonly view: 'job'; readonly job: string; readonly item?: string }
  | { readonly view: 'find'; readonly text?: string }
  /** Of one batch, or of all. */
  | { readonly view: 'tail'; readonly batch?: string }
  | { readonly view: 'actions'; readonly batch?: string }
  | { readonly view: 'nothing' };

/** A route that an address can be made of. */
export type Place = Exclude<Route, { view: 'nothing' }>;

/** What an address may say after its question mark, by view. */
const ASKED: Readonly<Record<Place['view'], readonly string[]>> = {
  overview: [],
  batch: ['status', ...FILTERS],
  peek: ['group'],
  send: [],
  errors: ['error'],
  item: ['item', 'group'],
  charts: ['group', 'span'],
  job: ['item'],
  find: ['text'],
  tail: ['batch'],
  actions: ['batch'],
};

/** What some of it may be; what else is said is passed over. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  status: JOB_STATUSES,
  reason: FLUSH_REASONS,
  span: SPANS,
};

/** Views of all batches. */
const ALONE = ['find', 'tail', 'actions'] as const;

/** Parts of a batch that have an address of their own: `#/batches/clicks/peek`. */
const PARTS = ['peek', 'send', 'errors', 'item', 'charts'] as const;

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const segments = path.split('/').map(decode);
  if (segments.includes(undefined)) return { view: 'nothing' };
  const place = placeOf(segments as string[]);
  return place === undefined ? { view: 'nothing' } : { ...place, ...askedOf(place.view, query) };
}

function placeOf([kind, name, part, ...rest]: readonly string[]): Place | undefined {
  if (kind === '' && name === undefined) return { view: 'overview' };
  const alone = ALONE.find(each => each === kind);
  if (alone !== undefined && name === undefined) return { view: alone };
  if (name === undefined || name === '' || rest.length > 0) return undefined;
  if (kind === 'jobs') return part === undefined ? { view: 'job', job: name } : undefined;
  if (kind !== 'batches') return undefined;
  if (part === undefined) return { view: 'batch', batch: name };
  const view = PARTS.find(each => each === part);
  return view && { view, batch: name };
}

function askedOf(view: Place['view'], query: string): Record<string, string> {
  const asked = [...new URLSearchParams(query)].filter(
    ([name, value]) => ASKED[view].includes(name) && (VALUES[name]?.includes(value) ?? true),
  );
  return Object.fromEntries(asked);
}

export function toHash(place: Place): string {
  const said: Readonly<Record<string, string | undefined>> = { ...place };
  const query = new URLSearchParams(
    ASKED[place.view].flatMap(name => {
      const value = said[name];
      return value === undefined ? [] : [[name, value] as [string, string]];
    }),
  ).toString();
  return `#/${pathOf(place)}${query === '' ? '' : `?${query}`}`;
}

function pathOf(place: Place): string {
  if (place.view === 'overview') return '';
  if (place.view === 'find' || place.view === 'tail' || place.view === 'actions') return place.view;
  if (place.view === 'job') return `jobs/${encodeURIComponent(place.job)}`;
  const batch = `batches/${encodeURIComponent(place.batch)}`;
  return place.view === 'batch' ? batch : `${batch}/${place.view}`;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
