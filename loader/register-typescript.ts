import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Whether a test runner such as Jest loads this process's modules into a context of its own. In such a context the class
 * of Node.js's own arrays is not this context's `Array`.
 */
const HAS_OTHER_LOADER = Object.getPrototypeOf(builtinModules) !== Array.prototype;

let registered: string | undefined;

/**
 * Lets this process import and require TypeScript, by tsx, with the settings of the `tsconfig.json` that is nearest to a
 * file. Node.js's own stripping of types is not enough: it does not support `./orders.js` for `orders.ts`, enums and
 * `paths`. Both of tsx's hooks are needed, since a package's `type` decides how its files are loaded.
 *
 * It does nothing in a test runner that loads the modules. Such a runner is configured for TypeScript by its user.
 */
export async function registerTypeScript(file: string): Promise<void> {
  if (HAS_OTHER_LOADER) return;
  const tsconfig = process.env['TSX_TSCONFIG_PATH'] ?? nearestTsconfig(dirname(file)) ?? '';
  if (registered === tsconfig) return;
  registered = tsconfig;
  const [esm, commonJs] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')]);
  // tsx's CommonJS hook reads the path from the environment alone; without one it looks in the working directory
  const before = process.env['TSX_TSCONFIG_PATH'];
  if (tsconfig !== '') process.env['TSX_TSCONFIG_PATH'] = tsconfig;
  esm.register();
  commonJs.register();
  if (before === undefined) delete process.env['TSX_TSCONFIG_PATH'];
}

function nearestTsconfig(folder: string): string | undefined {
  const file = join(folder, 'tsconfig.json');
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : nearestTsconfig(dirname(folder));
}
