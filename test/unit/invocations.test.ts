import { describe, expect, jest, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { ingest } from '#functions/ingest';
import type { Services } from '#lib/store/services';
import { type MemoryDeployment, memoryDeployment } from '../support/memory-deployment.ts';

const options = { maxSize: 100, maxWaitMs: 60_000, handler: () => {} } satisfies Partial<
  BatchOptions<unknown>
>;
const definitions = [
  batch<unknown>({ ...options, name: 'plain' }),
  batch<{ g: string }>({ ...options, name: 'grouped', groupBy: ({ g }) => g }),
] as const;

/** What Lambda hands the invoker of a function that threw: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** Invokes the function as Lambda does: events and answers are JSON, and of an error only three things are left. */
async function invoke({ deployment }: MemoryDeployment, event: unknown): Promise<FunctionError> {
  const handler = ingest(deployment, definitions as never);
  const thrown = await handler(JSON.parse(JSON.stringify(event))).then(
    answer => {
      throw new TypeError(`It answered ${JSON.stringify(answer)}.`);
    },
    (error: Error) => error,
  );
  // what else can be enumerated is logged
  expect(Object.keys(thrown)).toEqual(['name']);
  const { name: errorType, message: errorMessage, stack = '' } = thrown;
  return JSON.parse(JSON.stringify({ errorType, errorMessage, trace: stack.split('\n') }));
}

const problemOf = ({ errorMessage }: FunctionError) => JSON.parse(errorMessage) as Record<string, unknown>;

describe('an invocation that is refused fails, and says why in an error with a stable name', () => {
  test.each<[unknown, string]>([
    [null, 'request.malformed'],
    [5, 'request.malformed'],
    ['x', 'request.malformed'],
    [[], 'request.malformed'],
    [{}, 'request.malformed'],
    [{ batch: 5, item: 1 }, 'request.malformed'],
    [{ batch: 'plain' }, 'request.malformed'],
    [{ batch: 'plain', items: 5 }, 'request.malformed'],
    [{ version: '2.0', requestContext: {}, rawPath: '/x' }, 'request.malformed'],
    [{ version: '2.0', requestContext: null, rawPath: '/x' }, 'request.malformed'],
    [{ version: '2.0', requestContext: { http: {} }, rawPath: 5 }, 'request.malformed'],
    [{ batch: 'nothing', item: 1 }, 'batch.unknown'],
    [{ batch: 'grouped', items: [{ g: 'a' }, {}] }, 'batch.group_key_invalid'],
  ])('%j: %s', async (event, code) => {
    const world = memoryDeployment();
    const error = await invoke(world, event);
    expect(error).toMatchObject({ errorType: code, trace: [expect.stringMatching(`^${code}: `)] });
    expect(problemOf(error)).toMatchObject({ type: 'about:blank', code, detail: expect.any(String) });
    expect(world.store.allHeads().size).toBe(0);
  });

  test('with its details', async () => {
    const error = await invoke(memoryDeployment(), { batch: 'grouped', items: [{ g: 'a' }, {}] });
    expect(problemOf(error)).toMatchObject({ status: 422, batch: 'grouped', index: 1 });
  });
});

test('an invocation of which not all could be stored says of each item what became of it', async () => {
  const world = memoryDeployment();
  const { putChunk } = world.store.windows;
  jest.spyOn(world.store.windows, 'putChunk').mockImplementation((job, chunk) => {
    if (chunk.items.includes('bad')) throw new Error('no');
    return putChunk.call(world.store.windows, job, chunk);
  });
  const error = await invoke(world, {
    batch: 'grouped',
    items: [{ g: 'good' }, { g: 'bad' }, { g: 'good' }],
  });
  const receipt = { job: expect.any(String), duplicate: false };
  expect(error.errorType).toBe('batch.add_incomplete');
  expect(problemOf(error)).toMatchObject({
    code: 'batch.add_incomplete',
    stored: [
      { index: 0, receipt: { ...receipt, slot: 0 } },
      { index: 2, receipt: { ...receipt, slot: 1 } },
    ],
    notStored: [1],
    unknown: [],
  });
});

test('what is no fault of the invoker’s is logged, and told nothing of', async () => {
  const warn = jest.fn<Services['warn']>();
  const world = memoryDeployment({ warn });
  const failure = new Error('a secret');
  jest.spyOn(world.deployment, 'add').mockRejectedValue(failure);
  const error = await invoke(world, { batch: 'plain', item: 1 });
  expect(error.errorType).toBe('internal');
  expect(JSON.stringify(error)).not.toContain('secret');
  expect(warn.mock.calls).toEqual([['an invocation could not be answered', failure]]);
});

test('a request of an HTTP API that cannot be one is answered: 400', async () => {
  const { deployment } = memoryDeployment();
  for (const http of [{ method: 'TRACE' }, null]) {
    const event = {
      version: '2.0',
      rawPath: '/health',
      rawQueryString: '',
      headers: {},
      requestContext: { http },
    };
    const answer = await ingest(deployment, definitions as never)(event as never);
    expect(answer).toMatchObject({ statusCode: 400, body: expect.stringContaining('request.malformed') });
  }
});
