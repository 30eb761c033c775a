import type {
  AddAnswer,
  BatchStatus,
  ControlState,
  DrainReport,
  FlushAnswer,
  GroupsPage,
  JobInfo,
  JobsPage,
  JobWithItems,
  Resumed,
  WindowPage,
} from './api-types.ts';
import { UsageError } from './errors.ts';
import type { HttpClient, RequestOptions } from './http-client.ts';

/** Which page of a list. */
export interface PageOptions {
  /** As it was given: what the API allows, it says. */
  readonly limit?: string;
  readonly cursor?: string;
}

export interface JobsFilter {
  readonly status?: string;
  readonly group?: string;
}

/** The HTTP API's routes. It checks nothing that the API checks. */
export class ApiClient {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  batches = () => this.#http.request<{ batches: readonly BatchStatus[] }>('GET', '/v1/batches');
  batch = (name: string) => this.#http.request<BatchStatus>('GET', ofBatch(name));
  groups = (name: string, page: PageOptions) =>
    this.#http.request<GroupsPage>('GET', ofBatch(name, '/groups'), { query: { ...page } });

  /** @param body the items, already written: `{"item":…}` or `{"items":[…]}` */
  add = (name: string, body: string, options: Omit<RequestOptions, 'body' | 'query'>) =>
    this.#http.request<AddAnswer>('POST', ofBatch(name, '/items'), { ...options, body });

  flush = (name: string, body: { group?: string; force?: true }) =>
    this.#post<FlushAnswer>(ofBatch(name, '/flush'), body);
  pause = (name: string, body: { ingestion?: true }) =>
    this.#post<ControlState>(ofBatch(name, '/pause'), body);
  resume = (name: string) => this.#post<Resumed>(ofBatch(name, '/resume'));
  drain = (name: string, body: { timeoutMs?: number }) =>
    this.#post<DrainReport>(ofBatch(name, '/drain'), body);
  drainReport = (name: string) => this.#http.request<DrainReport>('GET', ofBatch(name, '/drain'));

  jobs = (name: string, filter: JobsFilter, page: PageOptions) =>
    this.#http.request<JobsPage>('GET', ofBatch(name, '/jobs'), { query: { ...filter, ...page } });
  redriveAll = (name: string) => this.#post<{ redriven: number }>(ofBatch(name, '/redrive'));

  job = (id: string) => this.#http.request<JobInfo>('GET', ofJob(id));
  /** With its items, as many of them as fit into an answer. */
  jobItems = (id: string, from?: number) =>
    this.#http.request<JobWithItems>('GET', ofJob(id), {
      query: { items: 'true', from: from === undefined ? from : `${from}` },
    });
  /** The window whose job has, or will have, this id. */
  window = (id: string, from?: number) =>
    this.#http.request<WindowPage>('GET', ofJob(id, '/window'), {
      query: { from: from === undefined ? from : `${from}` },
    });
  redrive = (id: string) => this.#post<JobInfo>(ofJob(id, '/redrive'));
  purge = (id: string) => this.#post<{ purged: string }>(ofJob(id, '/purge'));

  #post<T>(path: string, body: object = {}): Promise<T> {
    return this.#http.request<T>('POST', path, { body: JSON.stringify(body) });
  }
}

const ofBatch = (name: string, action = ''): string => `/v1/batches/${segment(name)}${action}`;
const ofJob = (id: string, action = ''): string => `/v1/jobs/${segment(id)}${action}`;

/** A name as part of a path. Names that an address takes for directions would lead to another route. */
function segment(name: string): string {
  if (/^\.{0,2}$/.test(name)) throw new UsageError(`There can be nothing named ${JSON.stringify(name)}.`);
  return encodeURIComponent(name);
}
