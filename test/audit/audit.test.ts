import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FROM_STDIN, sendScript } from '../support/bundled-script.ts';
import { type FakeRegistry, fakeRegistry } from './fake-registry.ts';

const SCRIPT = fileURLToPath(new URL('./run.ts', import.meta.url));

/** A project that has one package in production, which has another, and one in development. */
const PACKAGES = {
  '': {
    name: 'project',
    version: '1.0.0',
    dependencies: { deployed: '1.0.0' },
    devDependencies: { tool: '1.0.0' },
  },
  'node_modules/deployed': { version: '1.0.0', dependencies: { within: '1.0.0' } },
  'node_modules/within': { version: '1.0.0' },
  'node_modules/tool': { version: '1.0.0', dev: true },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cistern-audit-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify(PACKAGES['']));
  const lock = { name: 'project', version: '1.0.0', lockfileVersion: 3, requires: true, packages: PACKAGES };
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the audit, with npm's real client, against a registry. */
async function run(registry: Pick<FakeRegistry, 'url'>): Promise<{ code: number; said: string }> {
  const env = {
    ...process.env,
    npm_config_registry: registry.url,
    // it remembers what advisories said
    npm_config_cache: await mkdtemp(join(folder, 'npm-')),
    npm_config_fetch_retries: '0',
    npm_config_update_notifier: 'false',
  };
  const child = spawn(process.execPath, FROM_STDIN, { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] });
  sendScript(child, SCRIPT);
  const [[code], said] = await Promise.all([once(child, 'close'), text(child.stdout)]);
  return { code, said };
}

async function runWith(
  advisories: Readonly<Record<string, string>>,
  status?: number,
): Promise<{ code: number; said: string; asked: readonly string[][] }> {
  const registry = await fakeRegistry(advisories, status);
  try {
    return { ...(await run(registry)), asked: registry.asked };
  } finally {
    await registry.stop();
  }
}

describe('the audit', () => {
  test('passes when no advisory reaches anything, having asked for all that is installed', async () => {
    const { code, said, asked } = await runWith({ stranger: 'critical' });
    expect([code, said]).toEqual([0, expect.stringContaining('audited: no advisory')]);
    expect(asked.map(names => names.sort())).toEqual([
      ['deployed', 'tool', 'within'],
      ['deployed', 'within'],
    ]);
  });

  test.each([
    ['moderate', 'within', 'in production: within'],
    ['high', 'tool', 'in development: tool'],
  ])('fails for an advisory of severity %s on %s, and says which', async (severity, name, told) => {
    const { code, said } = await runWith({ [name]: severity });
    expect([code, said]).toEqual([1, expect.stringContaining(`${severity}, ${told}`)]);
    expect(said).toContain(`https://example.com/advisories/${name}`);
  });

  test('lets pass what does not count: less than moderate in production, less than high in development', async () => {
    expect(await runWith({ within: 'low', tool: 'moderate' })).toMatchObject({ code: 0 });
  });

  test.each([405, 404])('tells a registry that has no advisories apart: it answers %i', async status => {
    const { code, said } = await runWith({ within: 'critical' }, status);
    expect([code, said]).toEqual([
      75,
      expect.stringContaining(`not audited: the registry has no advisories (${status}`),
    ]);
  });

  test('fails when the registry cannot say', async () => {
    expect(await runWith({}, 500)).toMatchObject({
      code: 1,
      said: expect.stringContaining('The audit failed'),
    });
    expect(await run({ url: 'http://127.0.0.1:1/' })).toMatchObject({ code: 1 });
  });
});
