import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { assertInstalled, installCommand, missingOf, orMissing, PARTS, type PartName } from '#lib/parts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  'dependencies' | 'devDependencies' | 'peerDependencies' | 'peerDependenciesMeta',
  Readonly<Record<string, unknown>>
>;
const names = Object.keys(PARTS) as PartName[];
const packages = [...new Set(names.flatMap(name => Object.keys(PARTS[name].packages)))].sort();

/** Nothing is installed but these. */
const only =
  (...installed: readonly string[]) =>
  (name: string) => {
    if (!installed.includes(name)) throw new Error(`Cannot find package '${name}'`);
  };

describe('packages that single parts need', () => {
  test('are optional peer dependencies, and no others are', () => {
    expect(Object.keys(manifest.peerDependencies).sort()).toEqual(packages);
    expect(manifest.peerDependenciesMeta).toEqual(
      Object.fromEntries(packages.map(name => [name, { optional: true }])),
    );
  });

  test('are not installed with the package', () => {
    expect(packages.filter(name => name in manifest.dependencies)).toEqual([]);
  });

  test.each(names)('%s: the versions to install are those that are tested', name => {
    for (const [each, version] of Object.entries(PARTS[name].packages)) {
      expect(`${String(manifest.devDependencies[each])}.`).toContain(`${version}.`);
      expect(String(manifest.devDependencies[each]).startsWith(version)).toBe(true);
    }
  });

  test.each(names)('%s: the page on getting started has the command that installs them', name => {
    expect(readFileSync('docs/getting-started.md', 'utf8')).toContain(installCommand(name));
  });
});

describe('a part whose packages are missing', () => {
  test.each([
    "Cannot find package 'hono' imported from /app/node_modules/cistern/dist/functions/http/serve.js",
    "Cannot find module 'hono/tiny'\nRequire stack:\n- /app/node_modules/cistern/dist/cjs/local/index.js",
    "Cannot find module '@hono/node-server' from 'node_modules/cistern/dist/local/start-local.js'",
  ])('is told by its name, with the command to install them: %s', message => {
    const act = () => orMissing('local')(new Error(message));
    expect(act).toThrow(
      expect.objectContaining({
        code: 'package.part_missing',
        message: expect.stringContaining(`Install what it needs: ${installCommand('local')}`),
        details: expect.objectContaining({ part: 'local', command: installCommand('local') }),
      }),
    );
  });

  test.each([
    "Cannot find package 'left-pad' imported from /app/handler.js",
    "Cannot find module '/app/a.js'",
    'no',
  ])('is not what another error is told as: %s', message => {
    const error = new Error(message);
    expect(() => orMissing('local')(error)).toThrow(error);
  });

  test('is found out before anything is begun, with all that is missing', () => {
    const act = () => assertInstalled('cdk', only('aws-cdk-lib', 'constructs', 'tsx'));
    expect(act).toThrow(
      expect.objectContaining({
        code: 'package.part_missing',
        details: expect.objectContaining({ missing: expect.arrayContaining(['esbuild', 'hono']) }),
      }),
    );
    expect(missingOf('events', only())).toEqual(['@aws-sdk/client-eventbridge']);
    expect(() => assertInstalled('events', only('@aws-sdk/client-eventbridge'))).not.toThrow();
  });
});
