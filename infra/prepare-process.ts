import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CisternError } from '#lib/errors';
import { loadDefinitions } from '#loader/load-definitions';
import { bundleAll } from './bundle.ts';
import type { PrepareResult } from './prepare.ts';
import type { StackDefinition } from './stack-definition.ts';

/** What prepare.ts runs: loads the definitions of a module, bundles the functions into a folder, and says how it went. */
const [batches = '', folder = ''] = process.argv.slice(2);

async function prepare(): Promise<PrepareResult> {
  try {
    const definitions = (await loadDefinitions(batches)).map(
      ({ name, maxWaitMs, retries, timeout, concurrency, events, maxPendingBatches }): StackDefinition => ({
        name,
        maxWaitMs,
        retries,
        events,
        ...(timeout !== undefined && { timeout }),
        ...(concurrency !== undefined && { concurrency }),
        ...(maxPendingBatches !== undefined && { maxPendingBatches }),
      }),
    );
    return { definitions, code: await bundleAll({ batches }, folder) };
  } catch (error) {
    // what is wrong with the user's definitions is told in a sentence; a stack is for what nobody foresaw
    if (error instanceof CisternError) return { error: { code: error.code, message: error.message } };
    throw error;
  }
}

await writeFile(join(folder, 'prepared.json'), JSON.stringify(await prepare()));
