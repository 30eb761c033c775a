import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CisternError } from '#lib/errors';
import { loadDefinitions } from '#loader/load-definitions';
import type { StackDefinition } from '../options/stack-definition.ts';
import { bundleFunctions } from './bundle-functions.ts';
import type { BundleFunctionsOptions } from './bundle-task.ts';
import type { PrepareResult } from './prepare.ts';

/** What prepare.ts runs: loads the definitions of a module, bundles the functions, and says how it went. */
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
    return { definitions, warnings: await bundleFunctions(options) };
  } catch (error) {
    // what is wrong with the user's definitions is told in a sentence; a stack is for what nobody foresaw
    if (error instanceof CisternError) return { error: { code: error.code, message: error.message } };
    throw error;
  }
}

await writeFile(join(folder, 'prepared.json'), JSON.stringify(await prepare()));
