import { bodyLimit } from 'hono/body-limit';
// one pattern router is enough for a few routes, and a third of the size
import { Hono } from 'hono/tiny';
import { bufferSize } from '#lib/control/buffer-size';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { ERROR_CODES, RequestError } from '#lib/errors';
import { findDefinition, ingestBody } from './ingest-request.ts';
import { toProblem } from './problem.ts';

/**
 * The largest request body. Lambda takes 6 MB of event, in which the body is a JSON string with its quotes
 * escaped: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_BODY_BYTES = 4_000_000;

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/** The HTTP API: the same behind API Gateway and on one's own machine. */
export function httpApp(deployment: Deployment, definitions: readonly Definition[]): Hono {
  const app = new Hono();
  app.onError(error => {
    const problem = toProblem(error);
    if (problem.status === 500) console.error(error);
    return problemResponse(problem);
  });
  app.notFound(({ req }) =>
    problemResponse(
      toProblem(
        new RequestError(ERROR_CODES.requestNotFound, `There is nothing at ${req.method} ${req.path}.`),
      ),
    ),
  );

  app.get('/health', context => context.json({ status: 'ok', deployment: deployment.services.deployment }));

  app.post(
    '/v1/batches/:batch/items',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new RequestError(
          ERROR_CODES.requestTooLarge,
          `The body may have ${MAX_BODY_BYTES} bytes. Send the items in several requests.`,
          { details: { limit: MAX_BODY_BYTES } },
        );
      },
    }),
    async context => {
      const definition = findDefinition(definitions, context.req.param('batch'));
      const type = context.req.header('content-type') ?? '';
      if (!JSON_TYPE.test(type)) {
        throw new RequestError(
          ERROR_CODES.requestMediaType,
          `The body has to be application/json; it was ${type === '' ? 'of no type' : type}.`,
        );
      }
      const answer = await ingestBody(deployment, definition, parseJson(await context.req.text()));
      return context.json(answer, 202);
    },
  );

  app.get('/v1/batches/:batch/buffer', async context => {
    const definition = findDefinition(definitions, context.req.param('batch'));
    const group = context.req.query('group');
    if ((definition.groupBy === undefined) !== (group === undefined)) {
      throw new RequestError(
        ERROR_CODES.requestMalformed,
        group === undefined
          ? `Batch ${definition.name} has groups; say which: ?group=…`
          : `Batch ${definition.name} has no groups; leave ?group= out.`,
      );
    }
    return context.json({ buffered: await bufferSize(deployment, definition, group) });
  });
  return app;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError(ERROR_CODES.requestMalformed, `The body is not JSON: ${String(cause)}.`, {
      cause,
    });
  }
}

const problemResponse = (problem: ReturnType<typeof toProblem>): Response =>
  Response.json(problem, {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
  });
