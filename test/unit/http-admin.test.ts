import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { operators } from '../support/operators.ts';

const GROUPED = `/v1/batches/${encodeURIComponent('A.b_c:d-1')}`;
const PLAIN = '/v1/batches/plain';
const items = (...ids: number[]) => ({ items: ids.map(id => ({ id })) });

afterEach(() => {
  jest.restoreAllMocks();
});

/** A job of `plain` that has died. */
async function deadJob(world: ReturnType<typeof operators>): Promise<string> {
  await world.post(`${PLAIN}/items`, { items: [{ id: 1, fail: true }, { id: 2 }] });
  const { body } = await world.post(`${PLAIN}/flush`);
  await world.run();
  return (body['jobs'] as { job: string }[])[0]?.job ?? '';
}

describe('a batch', () => {
  test('tells how it stands, by itself and among all', async () => {
    const { get, post } = operators();
    await post(`${PLAIN}/items`, items(1, 2));
    const { body } = await get(PLAIN);
    expect(body).toMatchObject({
      batch: 'plain',
      paused: false,
      options: { maxSize: 3, grouped: false, deadLetter: true, retries: { max: 0 } },
      buffers: { open: 1, items: 2 },
      jobs: { waiting: 0, dead: 0 },
    });
    const all = (await get('/v1/batches')).body['batches'] as { batch: string }[];
    expect(all.map(({ batch }) => batch)).toEqual(['plain', 'A.b_c:d-1', 'plain:b', 'quick', 'large']);
  });

  test('is flushed: one group, also the empty one, or all of them', async () => {
    const { post } = operators();
    const add = () => post(`${GROUPED}/items`, { items: ['', 'a', 'a', 'b|"ä'].map(g => ({ g })) });
    await add();
    expect((await post(`${GROUPED}/flush`, { group: '' })).body['jobs']).toMatchObject([
      { group: '', items: 1 },
    ]);
    expect((await post(`${GROUPED}/flush`, { group: 'nobody' })).body).toEqual({ jobs: [] });
    const rest = (await post(`${GROUPED}/flush`)).body['jobs'] as { group: string; items: number }[];
    expect(rest.map(({ group, items: n }) => [group, n]).sort()).toEqual([
      ['a', 2],
      ['b|"ä', 1],
    ]);
  });

  test('is not flushed while it is paused, unless forced: 409', async () => {
    const { get, post } = operators();
    await post(`${PLAIN}/items`, items(1));
    expect((await post(`${PLAIN}/pause`)).body).toMatchObject({ paused: true, ingestionPaused: false });
    const refused = await post(`${PLAIN}/flush`, {});
    expect([refused.status, refused.body['code']]).toEqual([409, 'batch.paused']);
    expect((await post(`${PLAIN}/flush`, { force: true })).body['jobs']).toHaveLength(1);
    expect((await post(`${PLAIN}/resume`)).body).toMatchObject({ paused: false, flushed: 0, unparked: 0 });
    // a name that begins like it is another batch
    expect((await get('/v1/batches/plain%3Ab')).body).toMatchObject({ paused: false });
  });

  test('takes nothing while its ingestion is paused: 503, and says when to try again', async () => {
    const { post } = operators();
    await post(`${PLAIN}/pause`, { ingestion: true });
    const { status, headers, body } = await post(`${PLAIN}/items`, items(1));
    expect([status, body['code'], body['retryAfterMs']]).toEqual([503, 'batch.ingestion_paused', 5_000]);
    expect(headers.get('retry-after')).toBe('5');
    await post(`${PLAIN}/resume`, {});
    expect((await post(`${PLAIN}/items`, items(1))).status).toBe(202);
  });

  test('takes nothing while too many of its jobs are pending: 429, and says when to try again', async () => {
    const { post } = operators();
    await post('/v1/batches/plain:b/items', items(1));
    await post('/v1/batches/plain:b/flush');
    const { status, headers, body } = await operatorsLater(post);
    expect([status, body['code']]).toEqual([429, 'batch.too_many_pending']);
    expect(headers.get('retry-after')).toBe('1');
  });

  async function operatorsLater(post: ReturnType<typeof operators>['post']) {
    for (;;) {
      const answer = await post('/v1/batches/plain:b/items', items(2));
      if (answer.status !== 202) return answer;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }

  test('is drained: it begins, is reported, and ends paused', async () => {
    const { clock, get, post, run } = operators();
    const none = await get(`${PLAIN}/drain`);
    expect([none.status, none.body['code']]).toEqual([404, 'batch.not_draining']);
    await post(`${PLAIN}/items`, items(1, 2));
    const begun = await post(`${PLAIN}/drain`, { timeoutMs: 60_000 });
    expect(begun.status).toBe(202);
    expect(begun.body).toMatchObject({ state: 'draining', flushed: 1, left: { waiting: 1 } });
    expect((await post(`${PLAIN}/drain`)).body).toMatchObject({ startedAt: begun.body['startedAt'] });
    await run();
    clock.advance(10_000);
    expect((await get(`${PLAIN}/drain`)).body).toMatchObject({ state: 'drained', completed: 1 });
    expect((await get(PLAIN)).body).toMatchObject({ paused: true, draining: false });
  });

  test('lists its groups, page by page', async () => {
    const { get, post } = operators();
    await post(`${GROUPED}/items`, { items: ['', 'a', 'a', '"', 'ä|'].map(g => ({ g })) });
    const seen: unknown[] = [];
    let cursor: unknown;
    do {
      const from = cursor === undefined ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
      const { body } = await get(`${GROUPED}/groups?limit=1${from}`);
      const groups = body['groups'] as { group: string; items: number }[];
      seen.push(...groups.map(({ group, items: n }) => [group, n]));
      cursor = body['cursor'];
    } while (cursor !== undefined && seen.length < 10);
    expect(seen).toHaveLength(4);
    expect(seen).toEqual(
      expect.arrayContaining([
        ['', 1],
        ['a', 2],
        ['"', 1],
        ['ä|', 1],
      ]),
    );
  });

  test('that keeps its items in memory answers likewise', async () => {
    const { get, post } = operators();
    await post('/v1/batches/quick/items', { items: [1, 2] });
    expect((await get('/v1/batches/quick/buffer')).body).toEqual({ buffered: 2 });
    expect((await post('/v1/batches/quick/flush')).body['jobs']).toMatchObject([{ items: 2 }]);
    expect((await get('/v1/batches/quick/groups')).body['groups']).toEqual([]);
  });
});

describe('jobs', () => {
  test('are listed, the latest first, by status and by group, page by page', async () => {
    const world = operators();
    const { get, post, run } = world;
    const dead = await deadJob(world);
    await post(`${PLAIN}/items`, items(1, 2, 3));
    await run();
    await post(`${PLAIN}/items`, items(4, 5, 6));
    const list = async (query: string) => (await get(`${PLAIN}/jobs${query}`)).body;
    const all = (await list(''))['jobs'] as { status: string }[];
    expect(all.map(({ status }) => status).sort()).toEqual(['completed', 'dead', 'waiting']);
    expect(await list('?status=dead')).toMatchObject({
      jobs: [{ id: dead, error: { message: 'it said so' } }],
    });
    expect(await list('?status=parked')).toEqual({ jobs: [] });
    expect(await list('?group=none')).toEqual({ jobs: [] });
    const first = await list('?limit=1');
    const second = await list(`?limit=2&cursor=${encodeURIComponent(String(first['cursor']))}`);
    expect([...(first['jobs'] as object[]), ...(second['jobs'] as object[])]).toEqual(all);
  });

  test('come in pages that fit into an answer', async () => {
    const { get, post, run } = operators();
    for (let n = 0; n < 90; n++) {
      await post('/v1/batches/large/items', { item: { id: n } });
      await post('/v1/batches/large/flush');
    }
    await run();
    const { body } = await get('/v1/batches/large/jobs?limit=500');
    expect(JSON.stringify(body).length).toBeLessThan(2_600_000);
    expect((body['jobs'] as object[]).length).toBeGreaterThan(30);
    expect(body['cursor']).toEqual(expect.any(String));
  });

  test('show their items, and what became of each', async () => {
    const world = operators();
    const id = await deadJob(world);
    const { get } = world;
    expect((await get(`/v1/jobs/${id}`)).body).not.toHaveProperty('items');
    expect((await get(`/v1/jobs/${id}?items=false`)).body).not.toHaveProperty('items');
    expect((await get(`/v1/jobs/${id}?items=true`)).body).toMatchObject({
      status: 'dead',
      attempts: [{ attempt: 1, outcome: 'failed', error: { name: 'Error' } }],
      items: [
        { index: 0, state: 'dead', item: { id: 1, fail: true } },
        { index: 1, state: 'dead', item: { id: 2 } },
      ],
    });
    expect((await get(`/v1/jobs/${id}?items=true&from=1`)).body['items']).toHaveLength(1);
  });

  test('whose items do not fit into an answer say where they go on', async () => {
    const { get, post } = operators();
    const pad = 'x'.repeat(390_000);
    for (let id = 0; id < 10; id++) await post('/v1/batches/large/items', { item: { id, pad } });
    const { body } = await post('/v1/batches/large/flush');
    const id = (body['jobs'] as { job: string }[])[0]?.job;
    const ids: number[] = [];
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page = (await get(`/v1/jobs/${id}?items=true&from=${from}`)).body;
      ids.push(...(page['items'] as { item: { id: number } }[]).map(({ item }) => item.id));
      from = page['nextItem'] as number | undefined;
    }
    expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('that have died are redriven, one or all; others are not: 409', async () => {
    const world = operators();
    const { get, post, run } = world;
    const id = await deadJob(world);
    expect((await post(`/v1/jobs/${id}/redrive`)).body).toMatchObject({ status: 'waiting', redrives: 1 });
    const again = await post(`/v1/jobs/${id}/redrive`, {});
    expect([again.status, again.body['code']]).toEqual([409, 'job.not_redrivable']);
    expect(again.body).toMatchObject({ status: 409, jobStatus: 'waiting' });
    await run();
    expect((await post('/v1/batches/plain:b/redrive')).body).toEqual({ redriven: 0 });
    expect((await post(`${PLAIN}/redrive`)).body).toEqual({ redriven: 1 });
    expect((await get(`/v1/jobs/${id}`)).body).toMatchObject({ redrives: 2 });
  });

  test('that have ended are purged; others are not: 409', async () => {
    const world = operators();
    const { get, post, run } = world;
    const id = await deadJob(world);
    await post(`/v1/jobs/${id}/redrive`);
    const refused = await post(`/v1/jobs/${id}/purge`);
    expect([refused.status, refused.body['code']]).toEqual([409, 'job.not_ended']);
    await run();
    expect((await post(`/v1/jobs/${id}/purge`)).body).toEqual({ purged: id, batch: 'plain' });
    expect((await get(`/v1/jobs/${id}`)).status).toBe(404);
  });
});
