import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { loadDefinitions } from '#loader/load-definitions';
import { batchesNamed, ROOT, synthesise } from './synthesise.ts';

const run = promisify(execFile);
const fixture = (name: string) => join(ROOT, 'test/infra/fixtures', name);
const outdir = mkdtempSync(join(tmpdir(), 'cistern-app-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

describe('the definitions', () => {
  test('are what the module exports', async () => {
    const definitions = await loadDefinitions(fixture('orders.ts'));
    expect(definitions.map(({ name }) => name)).toEqual(['orders']);
  });

  test('may not share a name', async () => {
    await expect(loadDefinitions(fixture('same-name-twice.ts'))).rejects.toMatchObject({
      code: 'definition.duplicate_name',
    });
  });

  test('have to be some', async () => {
    await expect(loadDefinitions(fixture('no-definitions.ts'))).rejects.toThrow('exports no definition');
  });
});

test.each(['ab', '1shop', 'my_shop', 'a-name-of-twenty-five-char', ''])('a deployment cannot be %j', name => {
  expect(() => synthesise(name, batchesNamed('orders'))).toThrow(
    expect.objectContaining({ code: 'settings.invalid', details: { setting: 'deployment', value: name } }),
  );
});

test('the app synthesises without credentials, region, Docker or network', async () => {
  const [command = '', ...args] = String(JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).app).split(
    ' ',
  );
  expect(command).toBe('node');
  await run(process.execPath, args, {
    cwd: ROOT,
    env: {
      PATH: '',
      CDK_OUTDIR: outdir,
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({
        deployment: 'shop',
        batches: fixture('orders.ts'),
        alarms: 'false',
      }),
    },
  });
  const template = JSON.parse(readFileSync(join(outdir, 'Cistern.template.json'), 'utf8'));
  expect(template.Outputs.CisternDeployment.Value).toBe('shop');
  expect(JSON.stringify(template)).toContain('shop-jobs-orders');
  // as an emulator is deployed to
  expect(JSON.stringify(template)).not.toContain('AWS::CloudWatch::Alarm');
});
