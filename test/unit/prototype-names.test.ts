import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { admin } from '#functions/admin';
import { httpApp } from '#functions/http/app';
import { ingest } from '#functions/ingest';
import { operationsOf } from '#lib/batch-operations';
import { collectDefinitions } from '#lib/definition/collect';
import { runJob } from '#lib/jobs/run';
import { memoryDeployment } from '../support/memory-deployment.ts';

/** Every name that an object has without having been given it. */
const NAMES = Object.getOwnPropertyNames(Object.prototype);
const BATCHES = NAMES.filter(name => /^[A-Za-z]/.test(name));

const seen: unknown[] = [];
const definitions = collectDefinitions({
  all: BATCHES.map(name =>
    batch<string>({
      name,
      maxSize: 2,
      maxWaitMs: 60_000,
      groupBy: item => item,
      limits: () => ({ maxSize: 2 }),
      concurrency: 5,
      throttle: { max: 1_000, duration: 1_000 },
      maxPendingBatches: 1_000,
      events: true,
      tags: [name],
      deadLetter: { enabled: true },
      handler: ({ batch: items, groupKey, tags }) => {
        seen.push([name, groupKey, items, tags]);
        if (items.length === 1) throw new Error(name);
      },
    }),
  ),
});

describe.each(BATCHES)('a batch named %s', name => {
  const definition = definitions.find(each => each.name === name) ?? definitions[0];
  if (definition === undefined) throw new Error('There are definitions.');

  test.each(NAMES)('goes from add to HTTP with a group named %s', async group => {
    seen.length = 0;
    const { deployment, queues } = memoryDeployment();
    deployment.know(definitions);
    const app = httpApp(deployment, definitions);
    const path = `/v1/batches/${name}`;
    const added = await app.request(`${path}/items`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ items: [group, group] }),
    });
    expect([added.status, await added.json()]).toEqual([202, expect.objectContaining({ accepted: 2 })]);
    await ingest(deployment, definitions)({ batch: name, item: group });
    expect(await operationsOf(deployment, definition).getBufferSize(group)).toBe(1);
    await admin(deployment, definitions, 'flush')({ batch: name, group });
    for (const { message } of queues.jobs.splice(0)) {
      await runJob(deployment.services, definition, { message, receiptHandle: 'r' });
    }
    expect(seen).toEqual([
      [name, group, [group, group], [name]],
      [name, group, [group], [name]],
    ]);
    const listed = await app.request(`${path}/jobs?group=${group}`);
    expect(await listed.json()).toMatchObject({
      jobs: expect.arrayContaining([
        expect.objectContaining({ batch: name, group, status: 'completed' }),
        expect.objectContaining({ batch: name, group, status: 'dead' }),
      ]),
    });
    const status = await app.request(path);
    expect(await status.json()).toMatchObject({ batch: name, jobs: { completed: 1, dead: 1 } });
  });
});

test.each(NAMES)('an option named %s is refused, and so is a parameter of a query', async name => {
  const options = { name: 'plain', maxSize: 2, maxWaitMs: 1_000, handler: () => {} };
  Object.defineProperty(options, name, { value: 1, enumerable: true });
  expect(() => batch(options as BatchOptions<unknown>)).toThrow(`there is no option "${name}"`);
  const { deployment } = memoryDeployment();
  const app = httpApp(deployment, definitions);
  expect((await app.request(`/v1/batches/${BATCHES[0]}/jobs?${name}=1`)).status).toBe(400);
  expect((await app.request(`/v1/batches/no-${name}`)).status).toBe(404);
});
