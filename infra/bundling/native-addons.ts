import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './package-of.ts';

/** The processor that a function runs on. Its system is Linux with glibc. */
export type FunctionArchitecture = 'arm64' | 'x64';

/** Packages that other packages use to find or build their addon. */
const FINDERS = [
  'bindings',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  'prebuild-install',
  '@mapbox/node-pre-gyp',
  'node-pre-gyp',
];
/** Matches the name of a package with an addon for one platform: `@img/sharp-linux-x64`. */
const PLATFORM = /(linux|darwin|win32)(musl)?-(x64|arm64)/;

/** Returns whether a package has machine code, which is built for one system and processor. */
export function hasNativeAddon(folder: string, manifest: Manifest): boolean {
  const { gypfile, dependencies = {}, optionalDependencies = {} } = manifest;
  return (
    gypfile === true ||
    existsSync(join(folder, 'binding.gyp')) ||
    FINDERS.some(name => name in dependencies) ||
    Object.keys(optionalDependencies).some(name => PLATFORM.test(name))
  );
}

/** Finds the addons' files in a folder, at any depth. */
export function addonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.node'))
    .map(file => join(folder, file));
}

// https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html: e_machine is two bytes at 18
const ELF = 0x7f454c46;
const MACHINES: Readonly<Record<FunctionArchitecture, number>> = { x64: 62, arm64: 183 };

/** Returns whether an addon's file is for Linux and this processor. */
export function runsOn(file: string, architecture: FunctionArchitecture): boolean {
  const header = Buffer.alloc(20);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, header, 0, header.length, 0);
  } finally {
    closeSync(handle);
  }
  return header.readUInt32BE(0) === ELF && header.readUInt16LE(18) === MACHINES[architecture];
}
