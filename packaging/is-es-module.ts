import { existsSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, join } from 'node:path';

/** Whether `require` of a package, from a file, finds an ES module. Jest cannot load one that way. */
export function isEsModule(name: string, from: string): boolean {
  if (isBuiltin(name)) return false;
  const file = createRequire(from).resolve(name);
  return extname(file) === '.mjs' || (extname(file) === '.js' && packageType(dirname(file)) === 'module');
}

function packageType(folder: string): unknown {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type;
  return dirname(folder) === folder ? undefined : packageType(dirname(folder));
}
