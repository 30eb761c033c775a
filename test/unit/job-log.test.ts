import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { logInCloudWatch } from '#lib/control/job-log';
import { startLocal } from '../../local/index.ts';
import { JobLines } from '../../local/job-lines.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { operators } from '../support/operators.ts';
import { runCli } from '../support/run-cli.ts';

test('a job’s lines are kept by the local stack: its handler’s, and those of its attempts', async () => {
  const orders = batch<{ readonly id: number }>({
    name: 'orders',
    maxSize: 1,
    maxWaitMs: 60_000,
    retries: { max: 0 },
    handler: ({ log }) => {
      log.info('began', { of: 1 });
      throw new Error('no stock');
    },
  });
  const local = await startLocal({ batches: [orders], port: 0 });
  try {
    const { job } = await orders.add({ id: 1 });
    await local.idle();
    const answer = await fetch(`${local.url}/v1/jobs/${job.slice(0, 8)}/log`);
    const { lines } = (await answer.json()) as { lines: { message: string; level: string; data?: string }[] };
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'began'],
      ['warn', 'an attempt failed'],
      ['warn', 'attempt 1 of 1 failed'],
      ['error', 'a batch has failed for good'],
    ]);
    expect(lines[0]?.data).toContain('1');
    expect(lines[1]?.data).toContain('no stock');
  } finally {
    await local.stop();
  }
});

test('the lines of a job are the latest 200, and jobs the latest 1,000', () => {
  const lines = new JobLines();
  for (let n = 0; n < 250; n++) lines.add(n, { level: 'info', message: `${n}`, job: 'a' });
  expect([lines.of('a').length, lines.of('a')[0]?.message]).toEqual([200, '50']);
  for (let n = 0; n < 1_000; n++) lines.add(n, { level: 'info', message: 'x'.repeat(9_000), job: `j${n}` });
  expect(lines.of('a')).toEqual([]);
  expect(lines.of('j0')[0]?.message).toHaveLength(2_000);
  lines.add(0, { level: 'info', message: 'of no job' });
  expect(lines.of('none')).toEqual([]);
  lines.add(0, { level: 'debug', message: 'GET /v1/jobs/{job} was answered', job: 'j0' });
  expect(lines.of('j0')).toHaveLength(1);
});

test('of a deployment it is said where CloudWatch Logs has them', async () => {
  const { post, get } = operators();
  await post('/v1/batches/plain/items', { items: [{ id: 1 }] });
  const { body } = await post('/v1/batches/plain/flush');
  const job = (body['jobs'] as { job: string }[])[0]?.job ?? '';
  const log = await get(`/v1/jobs/${job}/log`);
  expect(log.body).toMatchObject({
    job,
    cloudwatch: {
      logGroup: expect.stringMatching(/^\/aws\/lambda\/.*-on-plain$/),
      query: expect.stringContaining(job),
    },
  });
  expect((await get('/v1/jobs/nothing/log')).status).toBe(404);
});

test('of a deployment there is a link to the query in the console of its region', () => {
  const orders = batch<unknown>({ name: 'orders', maxSize: 1, maxWaitMs: 60_000, handler: () => undefined });
  const job = { id: '0193a7c2-5b1e', batch: 'orders', sealedAt: 3_600_000, finishedAt: 7_200_000 };
  const url = (region: string | undefined) =>
    logInCloudWatch('shop', [orders], job, { now: 0, region }).cloudwatch?.url;
  expect(url('eu-west-1')).toBe(
    "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:logs-insights$3FqueryDetail$3D~(end~'1970-01-01T03*3a00*3a00.000Z~start~'1970-01-01T00*3a00*3a00.000Z~timeType~'ABSOLUTE~tz~'UTC~editorString~'fields*20*40timestamp*2c*20level*2c*20attempt*2c*20message*2c*20data*0a*7c*20filter*20job*20*3d*20*220193a7c2-5b1e*22*0a*7c*20sort*20*40timestamp*20asc*0a*7c*20limit*201000~source~(~'*2faws*2flambda*2fshop-on-orders))",
  );
  expect(url('cn-north-1')).toMatch(/^https:\/\/cn-north-1\.console\.amazonaws\.cn\/cloudwatch\//);
  expect(url('us-gov-west-1')).toMatch(/^https:\/\/console\.amazonaws-us-gov\.com\/cloudwatch\//);
  expect(url(undefined)).toBeUndefined();
});

test('the command line shows lines, or where they are', async () => {
  const at = '2026-03-01T11:59:00.000Z';
  const error = {
    name: 'E',
    message: 'no stock',
    stack: 'E: no stock\n    at handler (/app/orders.ts:3:1)\n    at b',
  };
  const lines = [{ at, level: 'error', message: 'a batch has failed for good', attempt: 2 }];
  const cloudwatch = {
    logGroup: '/aws/lambda/shop-on-clicks',
    query: 'fields x\n| filter y',
    from: at,
    to: at,
    url: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1',
  };
  const id = '0b0f5c1e-0000-5000-8000-000000000000';
  const api = new MemoryApi().next(
    `GET /v1/jobs/${id}/log`,
    { job: id, lines },
    { job: id, lines: [{ ...lines[0], data: JSON.stringify(error) }] },
    { job: id, lines: [] },
    { job: id, cloudwatch },
    { job: id },
  );
  const shown = async () => (await runCli(['logs', id], api)).stdout;
  expect(await shown()).toMatch(/error {2}2 {2}a batch has failed for good$/m);
  expect(await shown()).toContain('E: no stock at handler (/app/orders.ts:3:1)\n');
  expect(await shown()).toBe('Nothing was logged.\n');
  expect(await shown()).toMatch(
    /Log group \/aws\/lambda\/shop-on-clicks[\s\S]*\n\nOpen it: https:\/\/eu-west-1\.console/,
  );
  expect(await shown()).toContain('not deployed');
});
