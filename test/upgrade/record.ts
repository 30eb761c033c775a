import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngines } from '../support/engines/start-engines.ts';
import { Stage } from './stage.ts';
import { inDynamodb } from './stage-table.ts';
import { storeEverything } from './store-everything.ts';

/**
 * `node --conditions=source --import tsx test/upgrade/record.ts`: writes down what this version stores, for the
 * versions after it to read. What has been written down is never written anew.
 */
const { version } = (await import('../../package.json', { with: { type: 'json' } })).default;
const engines = await startEngines();
const stage = new Stage('upgrade', await inDynamodb(engines.dynamodb, 'upgrade'));
const { acknowledged, runs, onDeadCalls } = await storeEverything(stage);
const stored = { ...(await stage.dump()), evidence: { acknowledged, runs, onDeadCalls } };
stage.stop();
await engines.stop();
const file = join(import.meta.dirname, `stored-by-${version}.json`);
const lines = (many: readonly unknown[]) =>
  `[\n${many.map(one => JSON.stringify(one, toText)).join(',\n')}\n]`;
const members = Object.entries(stored).map(([name, value]) => {
  return `"${name}": ${Array.isArray(value) ? lines(value) : JSON.stringify(value)}`;
});
await writeFile(file, `{\n${members.join(',\n')}\n}\n`, { flag: 'wx' });
console.log(`${stored.records.length} records and ${stored.messages.length} messages are in ${file}.`);

/** JSON has no bytes: they are written as base64, as in DynamoDB's own JSON. */
function toText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
