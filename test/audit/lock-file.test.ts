import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([path]) => path !== '');
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 13);

/**
 * Builds of development tools for other platforms. A registry that lacks them leaves them out of the lock file: their
 * names and exact versions are then their parents', and their contents are not known to it.
 */
const UNSEEN = {
  '@biomejs/cli-': '@biomejs/biome',
  '@oxc-parser/binding-': 'oxc-parser',
  '@swc/core-': '@swc/core',
  '@unrs/resolver-binding-': 'unrs-resolver',
};

/** Packages that have an install script, and why they work without its having run. */
const SCRIPTS_LEFT_OUT = {
  '@parcel/watcher': 'builds what its optional packages bring along built',
  '@swc/core': 'looks whether the optional package for this platform is there',
  'classic-level': 'builds what it brings along built',
  esbuild: 'puts the optional package’s binary in place of a script that finds it too',
  lmdb: 'builds what its optional packages bring along built',
  'msgpackr-extract': 'builds what its optional packages bring along built',
};

describe('the lock file', () => {
  test('pins every package, to the public registry and to nothing else', () => {
    const strangers = installed.filter(
      ([, { version, resolved, link }]) =>
        link === true ||
        !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version ?? '') ||
        // without an address it is the registry’s, by name and version
        (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
    );
    expect(strangers).toEqual([]);
  });

  test('knows the contents of every package, but for builds of tools for platforms that it was not made on', () => {
    const unknown = installed.filter(
      // what a package brings along is part of its own contents
      ([, { integrity, inBundle }]) => inBundle !== true && !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''),
    );
    const unexplained = unknown.filter(([path, { version, dev, optional, os, cpu, integrity }]) => {
      const name = nameOf(path);
      const [, parent] = Object.entries(UNSEEN).find(([prefix]) => name.startsWith(prefix)) ?? [];
      const wanted = parent && packages[`node_modules/${parent}`]?.optionalDependencies?.[name];
      const isOfAPlatform = os !== undefined && cpu !== undefined;
      return !(dev && optional && isOfAPlatform && integrity === undefined && wanted === version);
    });
    expect(unexplained).toEqual([]);
  });

  test('has no package whose install script has to run', () => {
    const scripts = installed
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => nameOf(path));
    expect([...new Set(scripts)].sort()).toEqual(Object.keys(SCRIPTS_LEFT_OUT).sort());
  });

  test('has no install script that npm would warn of: package.json refuses each by its name', () => {
    const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: object };
    const refused = Object.keys(SCRIPTS_LEFT_OUT).map(name => [name, false]);
    expect(allowScripts).toEqual(Object.fromEntries(refused));
  });

  test('is of exact versions in package.json', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, object>;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([name, version]) => packages[`node_modules/${name}`]?.version !== version,
    );
    expect(loose).toEqual([]);
  });
});

test('every line of the emulator’s requirements is pinned and hashed', () => {
  const requirements = read('test/deploy/requirements.txt')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .filter(line => line.trim() !== '' && !line.startsWith('#'));
  expect(requirements.length).toBeGreaterThan(5);
  const loose = requirements.filter(
    line => !/^[\w.-]+(\[[\w,-]+\])?==[\w.+!-]+( ; .+?)?( --hash=sha256:[0-9a-f]{64})+\s*$/.test(line),
  );
  expect(loose).toEqual([]);
});
