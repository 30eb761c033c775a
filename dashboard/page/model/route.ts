import { JOB_STATUSES, type JobStatus } from '../api/contract.ts';

/** What the page shows, as its address's fragment says it: links, reloads and the back button work. */
export type Route =
  | { readonly view: 'overview' }
  | {
      readonly view: 'batch';
      readonly batch: string;
      /** Of the jobs that are listed. */
      readonly status?: JobStatus;
      readonly group?: string;
    }
  | { readonly view: 'job'; readonly job: string }
  | { readonly view: 'nothing' };

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [kind, encoded, ...rest] = path.split('/');
  const name = decode(encoded);
  if (kind === '' && encoded === undefined) return { view: 'overview' };
  if (name === undefined || name === '' || rest.length > 0) return { view: 'nothing' };
  if (kind === 'jobs') return { view: 'job', job: name };
  if (kind !== 'batches') return { view: 'nothing' };
  const asked = new URLSearchParams(query);
  const status = JOB_STATUSES.find(each => each === asked.get('status'));
  const group = asked.get('group');
  return {
    view: 'batch',
    batch: name,
    ...(status !== undefined && { status }),
    ...(group !== null && { group }),
  };
}

export function toHash(route: Exclude<Route, { view: 'nothing' }>): string {
  if (route.view === 'overview') return '#/';
  if (route.view === 'job') return `#/jobs/${encodeURIComponent(route.job)}`;
  const query = new URLSearchParams();
  if (route.status !== undefined) query.set('status', route.status);
  if (route.group !== undefined) query.set('group', route.group);
  const asked = query.toString();
  return `#/batches/${encodeURIComponent(route.batch)}${asked === '' ? '' : `?${asked}`}`;
}

function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
