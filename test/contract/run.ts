import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { startDynamoDbLocal } from './dynamodb-local.ts';
import { measureWriteUnits } from './write-units.ts';

const ENGINES = ['dynamodb-local'];

/** `npm run test:contract -- --engine dynamodb-local`: the store's contract, and what it costs, on a second engine. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { engine: { type: 'string', default: ENGINES[0] ?? '' } } });
  if (!ENGINES.includes(values.engine)) {
    console.error(`There is no engine ${JSON.stringify(values.engine)}; there are: ${ENGINES.join(', ')}.`);
    return 2;
  }
  const engine = await startDynamoDbLocal();
  try {
    const { status } = spawnSync(
      'npm',
      ['run', 'jest', '--', '--testMatch', '**/test/contract/*.contract-run.ts'],
      {
        stdio: 'inherit',
        env: {
          ...process.env,
          CISTERN_CONTRACT_ENGINE: values.engine,
          CISTERN_CONTRACT_ENDPOINT: engine.url,
        },
      },
    );
    if (status !== 0) return 1;
    const figures = await measureWriteUnits(engine.url);
    console.log('\nUnits, as the engine counts them:');
    console.table(
      Object.fromEntries(
        Object.entries(figures).map(([name, { items, writes, reads, index }]) => [
          name,
          {
            'write units': writes,
            'of which index': index,
            'read units': reads,
            'write units an item': Number((writes / items).toFixed(3)),
          },
        ]),
      ),
    );
    return 0;
  } finally {
    await engine.stop();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 2;
});
