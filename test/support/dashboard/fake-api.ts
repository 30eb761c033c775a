import { Hono } from 'hono/tiny';
import { type FakeBatch, type FakeJob, isUnfinished } from './fake-stack.ts';

/** The HTTP contract over fake batches: what the dashboard asks, and no more. */
export function fakeApi(batches: readonly FakeBatch[]): Hono {
  const app = new Hono();
  const find = (name: string) => batches.find(({ definition }) => definition.name === name);
  const jobOf = (id: string) => {
    for (const batch of batches) {
      const job = batch.jobs.get(id);
      if (job) return { batch, job };
    }
    return undefined;
  };

  app.get('/health', context => context.json({ status: 'ok', deployment: 'local' }));
  app.get('/v1/batches', context => context.json({ batches: batches.map(batch => batch.status()) }));

  app.on(['GET', 'POST'], ['/v1/batches/:batch', '/v1/batches/:batch/:what'], async context => {
    const batch = find(context.req.param('batch'));
    if (!batch) return problem(404, 'batch.unknown', 'There is no such batch.');
    const body = context.req.method === 'POST' ? await context.req.json() : {};
    const what = `${context.req.method} ${context.req.param('what') ?? ''}`.trim();
    switch (what) {
      case 'GET':
        return context.json(batch.status());
      case 'GET groups':
        return context.json({ groups: batch.groups(), asOf: new Date() });
      case 'GET jobs': {
        const { status, group } = context.req.query();
        const jobs = [...batch.jobs.values()]
          .filter(job => (status ?? job.status) === job.status && (group ?? job.group) === job.group)
          .toReversed()
          .slice(0, 50);
        return context.json({ jobs: jobs.map(withoutItems) });
      }
      case 'POST items':
        batch.add(body.items);
        return context.json({ accepted: body.items.length, duplicates: 0, receipts: [] }, 202);
      case 'POST flush': {
        if (batch.control.paused && body.force !== true) {
          return problem(409, 'batch.paused', 'The batch is paused; force the flush or resume it.');
        }
        const keys = body.group === undefined ? [...batch.buffers.keys()] : [body.group];
        const jobs = keys.flatMap(key => batch.flush(key, 'manual') ?? []);
        return context.json({ jobs: jobs.map(({ id, items }) => ({ job: id, items: items.length })) });
      }
      case 'POST pause':
        batch.control = {
          ...batch.control,
          paused: true,
          ingestionPaused: body.ingestion === true,
          since: new Date().toISOString(),
        };
        return context.json({ batch: batch.definition.name, ...batch.control });
      case 'POST resume': {
        const unparked = [...batch.jobs.values()].filter(({ status }) => status === 'parked').length;
        batch.control = { paused: false, ingestionPaused: false, draining: false };
        return context.json({ batch: batch.definition.name, ...batch.control, flushed: 0, unparked });
      }
      case 'POST drain': {
        const flushed = [...batch.buffers.keys()].map(key => batch.flush(key, 'drain')).length;
        batch.drain = { startedAt: new Date().toISOString(), flushed };
        batch.control = { ...batch.control, paused: true, draining: true };
        return context.json(drainReport(batch), 202);
      }
      case 'GET drain':
        return batch.drain
          ? context.json(drainReport(batch))
          : problem(404, 'batch.not_draining', 'It never drained.');
      case 'POST redrive': {
        const jobs = [...batch.jobs.values()].filter(({ status }) => status === 'dead');
        for (const job of jobs) batch.redrive(job);
        return context.json({ redriven: jobs.length });
      }
      default:
        return problem(404, 'request.not_found', `There is nothing at ${what}.`);
    }
  });

  app.on(['GET', 'POST'], ['/v1/jobs/:job', '/v1/jobs/:job/:what'], context => {
    const found = jobOf(context.req.param('job'));
    if (!found) return problem(404, 'job.unknown', 'There is no such job.');
    const { batch, job } = found;
    const what = context.req.param('what');
    if (what === 'redrive') batch.redrive(job);
    if (what === 'purge') {
      batch.jobs.delete(job.id);
      return context.json({ purged: job.id });
    }
    return context.json(context.req.query('items') === 'true' ? job : withoutItems(job));
  });
  return app;
}

const withoutItems = ({ items: _, ...job }: FakeJob) => job;

function drainReport({ definition, drain, jobs, control, buffers }: FakeBatch) {
  const of = (...statuses: FakeJob['status'][]) =>
    [...jobs.values()].filter(({ status }) => statuses.includes(status)).length;
  return {
    ...{ batch: definition.name, state: control.draining ? 'draining' : 'drained', ...drain },
    ...{ completed: of('completed'), failed: of('failed'), dead: of('dead') },
    ...(control.draining && {
      left: {
        ...{ items: [...buffers.values()].flatMap(({ items }) => items).length, waiting: of('waiting') },
        ...{ active: of('active'), retrying: of('retrying'), parked: of('parked') },
        unfinished: [...jobs.values()].filter(isUnfinished).length,
      },
    }),
  };
}

const problem = (status: number, code: string, detail: string): Response =>
  Response.json(
    { type: 'about:blank', title: 'No', status, code, detail },
    { status, headers: { 'content-type': 'application/problem+json' } },
  );
