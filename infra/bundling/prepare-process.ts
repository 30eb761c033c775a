import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CisternError } from '#lib/errors';
import { loadDefinitions } from '#loader/load-definitions';
import type { StackDefinition } from '../options/stack-definition.ts';
import type { BundleFunctionsOptions } from './bundle-task.ts';
import type { PrepareResult } from './prepare.ts';

/** The process that prepare.ts runs: it loads a module's definitions, bundles the functions, and writes the result. */
const [folder = ''] = process.argv.slice(2);
const options: BundleFunctionsOptions = JSON.parse(await readFile(join(folder, 'options.json'), 'utf8'));

async function prepare(): Promise<PrepareResult> {
  try {
    const definitions = (await loadDefinitions(options.batches)).map(
      ({
        name,
        maxWaitMs,
        retries,
        timeout,
        concurrency,
        pool,
        events,
        maxPendingBatches,
      }): StackDefinition => ({
        name,
        maxWaitMs,
        retries,
        events,
        ...(timeout !== undefined && { timeout }),
        ...(concurrency !== undefined && { concurrency }),
        ...(pool !== undefined && { pool }),
        ...(maxPendingBatches !== undefined && { maxPendingBatches }),
      }),
    );
    if (options.tasks.length === 0) return { definitions, warnings: [] };
    const { bundleFunctions } = await import('./bundle-functions.ts');
    return { definitions, warnings: await bundleFunctions(options) };
  } catch (error) {
    // an error of Cistern's explains itself in a sentence; only an unexpected error needs its stack
    if (error instanceof CisternError) return { error: { code: error.code, message: error.message } };
    throw error;
  }
}

await writeFile(join(folder, 'prepared.json'), JSON.stringify(await prepare()));
