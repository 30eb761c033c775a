import { Hono } from 'hono/tiny';
import { openApiDocument } from '#functions/openapi/document';
import { OPERATIONS } from '#lib/operations/table';
import {
  actions,
  ago,
  batches,
  errors,
  groups,
  id,
  log,
  metrics,
  peeked,
  SCHEMA,
} from './gallery-answers.ts';
import { items, jobs } from './gallery-jobs.ts';

/** Answers as a busy deployment gives them, with everything the dashboard can show: for pictures of it. */
export function galleryApi(): Hono {
  const app = new Hono();
  app.get('/health', context => context.json({ status: 'ok', deployment: 'shop-production' }));
  app.get('/openapi.json', context => context.json(openApiDocument(OPERATIONS)));
  app.get('/v1/batches', context => context.json({ batches: batches() }));
  app.get('/v1/batches/:batch', context =>
    context.json(batches().find(({ batch }) => batch === context.req.param('batch'))),
  );
  app.get('/v1/batches/:batch/groups', context =>
    context.json(
      context.req.param('batch') === 'clicks'
        ? { groups: groups(), cursor: 'more', asOf: ago(0) }
        : { groups: [], asOf: ago(0) },
    ),
  );
  app.get('/v1/batches/:batch/metrics', context =>
    context.json(metrics(context.req.query('span') ?? 'hour')),
  );
  app.get('/v1/batches/:batch/schema', context => context.json({ checked: true, jsonSchema: SCHEMA }));
  app.get('/v1/jobs/:job/log', context => context.json(log(context.req.param('job'))));
  app.post('/v1/batches/:batch/items', context =>
    context.json({ accepted: 1, duplicates: 0, receipts: [{ job: id(1), slot: 3, duplicate: false }] }, 202),
  );
  app.get('/v1/actions', context => context.json({ actions: actions(), cursor: 'more' }));
  app.get('/v1/batches/:batch/peek', context => context.json(peeked()));
  app.get('/v1/batches/:batch/jobs', context => {
    const { status, id: part = '', error, says } = context.req.query();
    return context.json({
      jobs: jobs().filter(
        job =>
          (status ?? job.status) === job.status &&
          job.id.includes(part) &&
          (error === undefined || job.error?.message.includes(error)) &&
          (says === undefined || says.startsWith(`${job.error?.name}: `)),
      ),
      cursor: 'more',
    });
  });
  app.get('/v1/batches/:batch/find', context =>
    context.json({
      places: [
        { job: id(0), slot: 17, buffered: true },
        { job: id(7), slot: 341, buffered: false },
      ],
      ...{ looked: 200, cursor: 'more' },
    }),
  );
  app.get('/v1/batches/:batch/errors', context => context.json(errors()));
  app.get('/v1/batches/:batch/drain', context =>
    context.json({
      ...{ batch: 'audit-log', state: 'draining', startedAt: ago(14_000), flushed: 37 },
      ...{ completed: 21, failed: 0, dead: 1 },
      left: { items: 0, waiting: 11, active: 4, retrying: 1, parked: 0 },
    }),
  );
  app.get('/v1/jobs/:job', context => {
    const job = jobs().find(({ id }) => id === context.req.param('job'));
    if (!job) return Response.json({ code: 'job.unknown', detail: 'There is no such job.' }, { status: 404 });
    const { items: wanted, says } = context.req.query();
    if (wanted !== 'true') return context.json(job);
    const meant = items(job).filter(
      ({ error }) => says === undefined || (error && says.startsWith(error.name)),
    );
    return context.json({ ...job, items: meant });
  });
  return app;
}
