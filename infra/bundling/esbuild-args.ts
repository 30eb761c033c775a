import type { BuildOptions } from 'esbuild';
import * as ERROR_CODES from '#lib/error-codes';
import { BundlingError } from './bundling-error.ts';

type Value = string | boolean | readonly string[];

/** Flags with a comma-separated list as value. */
const LISTS = new Set(['conditions', 'dropLabels', 'mainFields', 'resolveExtensions']);
/** Flags that are repeated for each value: `--pure:log`. */
const EACH = new Set(['drop', 'external', 'inject', 'pure']);
/** Flags that the functions' code depends on, so that users may not set them. */
const OURS = new Set([
  'absWorkingDir',
  'allowOverwrite',
  'bundle',
  'entryNames',
  'entryPoints',
  'format',
  'metafile',
  'outbase',
  'outdir',
  'outExtension',
  'outfile',
  'platform',
  'serve',
  'splitting',
  'stdin',
  'watch',
  'write',
]);

/**
 * Converts `esbuildArgs`, which are flags of esbuild's command line, to options of its API.
 *
 * @throws BundlingError `bundling.argument_refused` for a flag that the functions' code depends on
 * @example esbuildArgs({ '--log-limit': '0', '--drop:debugger': true, '--alias:old': 'new' })
 */
export function esbuildArgs(given: Readonly<Record<string, Value>>): BuildOptions {
  const options: Record<string, unknown> = {};
  for (const [flag, value] of Object.entries(given)) {
    const [dashed = '', part] = flag.replace(/^--/, '').split(/:(.*)/s, 2);
    const name = dashed.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (OURS.has(name)) {
      throw new BundlingError(
        ERROR_CODES.bundlingArgumentRefused,
        `bundling.esbuildArgs cannot have ${flag}: Cistern's functions depend on it. They are ES modules for Node.js, bundled with splitting.`,
        { flag },
      );
    }
    if (part === undefined) options[name] = LISTS.has(name) ? listOf(value) : parsed(value);
    else if (EACH.has(name)) options[name] = [...((options[name] as string[] | undefined) ?? []), part];
    else options[name] = { ...(options[name] as object | undefined), [part]: value === true ? '' : value };
  }
  return options;
}

const listOf = (value: Value): readonly string[] =>
  typeof value === 'object' ? value : String(value).split(',');

function parsed(value: Value): Value | number {
  if (value === '' || value === 'true') return true;
  if (value === 'false') return false;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}
