import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** A package as npm has installed it. */
export interface InstalledPackage {
  readonly name: string;
  /** The absolute path of its folder. */
  readonly folder: string;
}

/** The fields of a package's manifest that are read. */
export interface Manifest {
  readonly version?: string;
  readonly gypfile?: boolean;
  readonly sideEffects?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const MODULES = `${sep}node_modules${sep}`;

/** Finds the package that a file is part of. Returns undefined for the user's own files. */
export function packageOf(file: string): InstalledPackage | undefined {
  const at = file.lastIndexOf(MODULES);
  if (at < 0) return undefined;
  const [scope = '', rest = ''] = file.slice(at + MODULES.length).split(sep);
  const name = scope.startsWith('@') ? `${scope}/${rest}` : scope;
  return { name, folder: join(file.slice(0, at + MODULES.length), name) };
}

/** Returns the name of the package in an import: `@aws-sdk/client-s3` for `@aws-sdk/client-s3/dist`. */
export function packageNameOf(specifier: string): string {
  const [scope = '', rest = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${rest}` : scope;
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Finds a package that is imported from a folder, as Node.js does. Returns undefined if it is not installed. */
export function findPackage(name: string, from: string): InstalledPackage | undefined {
  const folder = join(from, 'node_modules', name);
  if (existsSync(join(folder, 'package.json'))) return { name, folder };
  return dirname(from) === from ? undefined : findPackage(name, dirname(from));
}
