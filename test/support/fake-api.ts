import { Hono } from 'hono';

/** What was asked of the API. */
export interface Asked {
  readonly method: string;
  /** With the query, as it was sent. */
  readonly path: string;
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

type Fields = Record<string, unknown>;

/** The time at which it is always now. */
export const NOW = Date.parse('2026-03-01T12:00:00.000Z');
export const at = (secondsFromNow: number): string => new Date(NOW + secondsFromNow * 1_000).toISOString();

/** An answer with a problem, as the API has them. */
export function problem(status: number, code: string, details: Fields = {}, headers = {}): Response {
  const body = { title: 'Problem', detail: `It is ${code}.`, ...details, type: 'about:blank', status, code };
  return Response.json(body, {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}

export const batchStatus = (batch: string, more: Fields = {}): Fields => ({
  batch,
  paused: false,
  ingestionPaused: false,
  draining: false,
  options: { maxSize: 500, maxWaitMs: 5_000, grouped: true, persist: true, shards: 1, tags: [] },
  buffers: { open: 2, items: 1_234, oldestItemAt: at(-130), asOf: at(-1) },
  jobs: { waiting: 1, active: 2, retrying: 3, parked: 0, completed: 40, failed: 0, dead: 5 },
  throughput: {
    minutes: [{ at: at(-120), items: 1_000, batches: 2, flushed: 1_000, failed: 0, failedAttempts: 0 }],
    lastMinute: { added: 20, flushed: 10, completed: 5, failed: 1, failedAttempts: 2 },
    partial: false,
  },
  lastErrors: [{ job: 'job-5', group: 'x', at: at(-60), message: 'no\u001b[31m luck', status: 'dead' }],
  ...more,
});

export const jobInfo = (id: string, more: Fields = {}): Fields => ({
  id,
  batch: 'clicks',
  status: 'completed',
  flushReason: 'size',
  createdAt: at(-100),
  deadline: at(-95),
  sealedAt: at(-98),
  startedAt: at(-97),
  finishedAt: at(-90),
  attempt: 1,
  maxAttempts: 3,
  redrives: 0,
  attempts: [{ attempt: 1, startedAt: at(-97), finishedAt: at(-90), outcome: 'succeeded' }],
  counts: { slots: 3, items: 3, done: 3, left: 0 },
  tags: ['web'],
  hookErrors: 0,
  ...more,
});

/** The API as the contract has it, as far as the command line needs it, and with answers that can be set. */
export class FakeApi {
  readonly asked: Asked[] = [];
  /** What was added, in its order. */
  readonly items: unknown[] = [];
  jobs: Fields[] = [];
  readonly #app = new Hono();
  readonly #next = new Map<string, (() => Response | Promise<Response>)[]>();

  constructor() {
    this.#routes();
  }

  /** The next answers to such requests, `POST /v1/batches/clicks/items`, in place of its own. */
  next(route: string, ...answers: readonly (Fields | (() => Response | Promise<Response>))[]): this {
    const made = answers.map(each =>
      typeof each === 'function' ? (each as () => Response) : () => Response.json(each),
    );
    this.#next.set(route, [...(this.#next.get(route) ?? []), ...made]);
    return this;
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    request.signal.throwIfAborted();
    const { pathname, search } = new URL(request.url);
    const text = await request.clone().text();
    this.asked.push({
      method: request.method,
      path: pathname + search,
      body: text === '' ? undefined : JSON.parse(text),
      headers: Object.fromEntries(request.headers),
    });
    const set = this.#next.get(`${request.method} ${pathname}`)?.shift();
    return set ? set() : this.#app.fetch(request);
  };

  #routes(): void {
    const app = this.#app;
    app.notFound(() => problem(404, 'request.not_found'));
    app.use('/v1/batches/:batch/*', async ({ req }, next) =>
      req.param('batch') === 'nothing' ? problem(404, 'batch.unknown', { batch: 'nothing' }) : next(),
    );
    app.get('/v1/batches', ({ json }) => json({ batches: [batchStatus('clicks'), batchStatus('a:b.c')] }));
    app.get('/v1/batches/:batch', ({ req, json }) => json(batchStatus(req.param('batch'))));
    app.get('/v1/batches/:batch/groups', ({ json }) =>
      json({
        groups: [
          { group: 'little', items: 5, maxSize: 500, openedAt: at(-3), deadline: at(2) },
          { group: '東京\u0007', items: 400, maxSize: 500, openedAt: at(-4), deadline: at(1) },
        ],
        asOf: at(0),
      }),
    );
    app.post('/v1/batches/:batch/items', async ({ req, json }) => {
      const body = await req.json<{ item?: unknown; items?: unknown[] }>();
      const items = body.items ?? [body.item];
      const index = items.findIndex(item => (item as Fields | null)?.['bad'] === true);
      if (index >= 0) {
        const detail = `batch "clicks", item ${index}: its schema refuses it`;
        return problem(422, 'batch.item_refused', { index, detail });
      }
      const receipts = items.map((item, slot) => {
        const id = (item as Fields | null)?.['id'];
        const duplicate =
          id !== undefined && this.items.some(other => (other as Fields | null)?.['id'] === id);
        if (!duplicate) this.items.push(item);
        return { job: 'job-1', slot, duplicate };
      });
      const duplicates = receipts.filter(({ duplicate }) => duplicate).length;
      return json({ accepted: receipts.length - duplicates, duplicates, receipts }, 202);
    });
    app.post('/v1/batches/:batch/flush', ({ json }) =>
      json({
        jobs: [
          { job: 'job-1', group: 'x', items: 1_200 },
          { job: 'job-2', group: '', items: 1 },
        ],
      }),
    );
    app.post('/v1/batches/:batch/pause', async ({ req, json }) =>
      json({
        batch: req.param('batch'),
        paused: true,
        ingestionPaused: (await req.json<Fields>())['ingestion'] === true,
        draining: false,
        since: at(0),
      }),
    );
    app.post('/v1/batches/:batch/resume', ({ req, json }) => {
      const batch = req.param('batch');
      return json({ batch, paused: false, ingestionPaused: false, draining: false, flushed: 2, unparked: 1 });
    });
    app.post('/v1/batches/:batch/drain', ({ json }) => json(drainReport(), 202));
    app.get('/v1/batches/:batch/drain', ({ json }) => json(drainReport({ state: 'drained', completed: 3 })));
    app.get('/v1/batches/:batch/jobs', ({ req, json }) => {
      const from = Number(req.query('cursor') ?? 0);
      const limit = Number(req.query('limit') ?? 50);
      const jobs = this.jobs.slice(from, from + limit);
      return json({ jobs, ...(from + limit < this.jobs.length && { cursor: `${from + limit}` }) });
    });
    app.post('/v1/batches/:batch/redrive', ({ json }) => json({ redriven: 5 }));
    app.get('/v1/jobs/:job', ({ req, json }) => {
      const job = this.jobs.find(({ id }) => id === req.param('job'));
      if (!job) return problem(404, 'job.unknown');
      const items = [{ index: 0, state: 'dead', item: { text: 'a\u009bb' } }];
      return json(req.query('items') === 'true' ? { ...job, items } : job);
    });
    app.post('/v1/jobs/:job/redrive', ({ req, json }) =>
      json(jobInfo(req.param('job'), { status: 'waiting' })),
    );
    app.post('/v1/jobs/:job/purge', ({ req, json }) => json({ purged: req.param('job') }));
  }
}

export const drainReport = (more: Fields = {}): Fields => ({
  batch: 'clicks',
  state: 'draining',
  startedAt: at(-2),
  flushed: 3,
  completed: 0,
  failed: 0,
  dead: 0,
  ...more,
});
