import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resourcesMade, STACKS } from './stacks.ts';

/**
 * `CDK_VALIDATION=false node --conditions=source --import tsx test/infra/upgrade/record.ts`: writes down the resources
 * that this version makes, when it is released. Later versions must not replace or delete any of them.
 */
const file = join(import.meta.dirname, 'resources.json');
const made = Object.fromEntries(Object.entries(STACKS).map(([name, stack]) => [name, resourcesMade(stack)]));
await writeFile(file, `${JSON.stringify(made, undefined, 2)}\n`);
