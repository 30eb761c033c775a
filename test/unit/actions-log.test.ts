import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { listActions } from '#lib/control/actions';
import type { Operation } from '#lib/operations/definition/operation';
import { OPERATIONS } from '#lib/operations/table';
import { ACTIONS } from '#lib/store/action-ports';
import { admin } from '../../functions/admin.ts';
import { adminHttp } from '../../functions/admin-http.ts';
import { operators } from '../support/operators.ts';

const PLAIN = '/v1/batches/plain';
const DAY_MS = 86_400_000;

async function log(world: ReturnType<typeof operators>) {
  const { actions } = await listActions(world.deployment.services, ['plain', 'quick'], { limit: 50 });
  return actions.map(({ at: _, ...action }) => action);
}

describe('the log of actions', () => {
  test('tells who did what, when and from where: every change that an operator asked for', async () => {
    const world = operators();
    const { post, get, run } = world;
    await post(`${PLAIN}/items`, { items: [{ id: 1, fail: true }] });
    const { body } = await post(`${PLAIN}/flush`, {});
    await run();
    const job = (body['jobs'] as { job: string }[])[0]?.job ?? '';
    await post(`${PLAIN}/pause`, { ingestion: true });
    await post(`/v1/jobs/${job.slice(0, 8)}/redrive`);
    await post(`${PLAIN}/resume`);
    await run();
    await post(`${PLAIN}/redrive`, { error: 'nothing', limit: 5 });
    await post(`/v1/jobs/${job}/purge`);
    await post(`${PLAIN}/purge`, { status: 'dead' });
    await post(`${PLAIN}/drain`, { timeoutMs: 5_000 });
    const from = '127.0.0.1';
    const about = { batch: 'plain', from };
    const expected = [
      { ...about, action: 'flush', result: '{"jobs":1}' },
      { ...about, action: 'pause', asked: '{"ingestion":true}' },
      { ...about, action: 'redrive', job },
      { ...about, action: 'resume', result: '{"flushed":0,"unparked":0}' },
      {
        ...about,
        action: 'redrive',
        asked: '{"error":"nothing","limit":5}',
        result: '{"redriven":0,"refused":0}',
      },
      { ...about, action: 'purge', job },
      { ...about, action: 'purge', asked: '{"status":"dead"}', result: '{"purged":0,"refused":0}' },
      { ...about, action: 'drain', asked: '{"timeoutMs":5000}', result: '{"flushed":0}' },
    ];
    const told = await log(world);
    expect(told).toHaveLength(expected.length);
    expect(told).toEqual(expect.arrayContaining(expected));
    expect(new Set(told.map(({ action }) => action))).toEqual(new Set(ACTIONS));

    const listed = await get('/v1/actions?limit=3');
    expect(listed.body['actions']).toHaveLength(3);
    const next = await get(
      `/v1/actions?batch=plain&cursor=${encodeURIComponent(String(listed.body['cursor']))}`,
    );
    expect(next.body['actions']).toHaveLength(expected.length - 3);
    expect((await get('/v1/actions?batch=quick')).body).toEqual({ actions: [] });
    expect((await get('/v1/actions?batch=nothing')).status).toBe(404);
  });

  test('has nothing that was refused, or only read', async () => {
    const world = operators();
    await world.post(`${PLAIN}/pause`, { nothing: 1 });
    await world.post('/v1/jobs/6f1c2f0a-6f0e-5f0b-9c39-0d6a7c1b2e3f/redrive');
    await world.get(PLAIN);
    expect(await log(world)).toEqual([]);
  });

  test.each([
    [{ iam: { userArn: 'arn:aws:iam::1:user/ops' } }, 'arn:aws:iam::1:user/ops'],
    [{ jwt: { claims: { sub: 'somebody' }, scopes: null } }, 'somebody'],
    [{ lambda: { principalId: 'p' } }, 'p'],
    [{ lambda: null }, undefined],
    [undefined, undefined],
    [{ iam: { userArn: 5 } }, undefined],
  ])('names the caller that the authorizer %j knows, and the address', async (authorizer, by) => {
    const world = operators();
    const http = {
      method: 'POST',
      path: `${PLAIN}/resume`,
      sourceIp: '203.0.113.7',
      userAgent: 'x',
      protocol: 'x',
    };
    const event = {
      version: '2.0',
      rawPath: `${PLAIN}/resume`,
      rawQueryString: '',
      headers: {},
      isBase64Encoded: false,
      requestContext: { http, domainName: 'api.example', authorizer },
    } as unknown as APIGatewayProxyEventV2;
    expect((await adminHttp(world.deployment, world.definitions)(event)).statusCode).toBe(200);
    const [action] = await log(world);
    expect(action).toMatchObject({ action: 'resume', from: '203.0.113.7' });
    expect(action?.by).toBe(by);
  });

  test('says that an action came by invocation, where nobody is named', async () => {
    const world = operators();
    await admin(world.deployment, world.definitions, 'pause')({ batch: 'plain' });
    expect(await log(world)).toEqual([{ action: 'pause', batch: 'plain', from: 'invocation' }]);
  });

  test('fails no action that it cannot have, and delays none that it waits for (invariant 13)', async () => {
    const warnings: string[] = [];
    const world = operators({ warn: message => void warnings.push(message) });
    const { actions } = world.deployment.services.store;
    actions.note = () => Promise.reject(new Error('throttled'));
    expect((await world.post(`${PLAIN}/pause`)).status).toBe(200);
    expect(warnings).toEqual(['an action is not in the log of actions']);
    actions.note = () => new Promise(() => {});
    const began = performance.now();
    expect((await world.post(`${PLAIN}/resume`)).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('keeps an action for 90 days', async () => {
    const world = operators();
    await world.post(`${PLAIN}/flush`, {});
    const [entry] = await world.deployment.services.store.actions.list('plain', 1);
    const record = await world.store.table.get({ pk: 'actions|plain', sk: `action|${entry?.place}` });
    expect(record?.['expires']).toBe(Math.ceil(((entry?.at ?? 0) + 90 * DAY_MS) / 1_000));
  });

  test('knows every operation that changes something for operators', () => {
    const operations: readonly Operation[] = OPERATIONS;
    const silent = operations.filter(({ route, action }) => route.startsWith('POST') && action === undefined);
    expect(silent.map(({ name }) => name)).toEqual(['addItems']);
  });
});
