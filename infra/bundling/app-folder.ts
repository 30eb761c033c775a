import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_ROOT } from './package-root.ts';

/**
 * Finds the CDK app's folder, which the path of its definitions is relative to. It is the working directory if that has a
 * `cdk.json`, as it has when `cdk` runs the app. A test that runs from the root of a monorepo has another working
 * directory. Then it is the folder of the nearest `cdk.json` above the file that makes the construct.
 *
 * @param stack the stack of an error that was made in the construct's constructor
 */
export function appFolder(stack: string, workingDirectory: string = process.cwd()): string {
  if (isApp(workingDirectory)) return workingDirectory;
  const caller = callerIn(stack);
  return (caller !== undefined && nearestApp(dirname(caller))) || workingDirectory;
}

const isApp = (folder: string): boolean => existsSync(join(folder, 'cdk.json'));

function nearestApp(folder: string): string | undefined {
  if (isApp(folder)) return folder;
  return dirname(folder) === folder ? undefined : nearestApp(dirname(folder));
}

/** Finds the first file in a stack that is in no package: `at new ShopStack (/app/infra/shop.ts:12:3)`, or a `file:` URL. */
function callerIn(stack: string): string | undefined {
  for (const [, place = ''] of stack.matchAll(/^\s+at (?:.*\()?(.+?):\d+:\d+\)?$/gm)) {
    const file = place.startsWith('file:') ? fileURLToPath(place) : place;
    const isPackage = file.includes(`${sep}node_modules${sep}`) || file.startsWith(PACKAGE_ROOT + sep);
    if (!isPackage && !file.startsWith('node:')) return file;
  }
  return undefined;
}
