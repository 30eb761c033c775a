import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { startDynamoDbLocal } from './dynamodb-local.ts';
import { type Figure, measureWriteUnits } from './write-units.ts';

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
    return show(await measureWriteUnits(engine.url));
  } finally {
    await engine.stop();
  }
}

/** Shows what everything costs. Returns the exit code: 1 when something costs more than it may. */
function show(figures: readonly Figure[]): number {
  console.log('\nUnits, as the engine counts them:');
  console.table(
    Object.fromEntries(
      figures.map(({ name, spent, units, atMost }) => [
        name,
        {
          'write units': Number(units.toFixed(3)),
          'at most': atMost,
          'all writes': spent.writes,
          'of which index': spent.index,
          'read units': spent.reads,
        },
      ]),
    ),
  );
  for (const { name, spent } of figures) {
    const calls = Object.entries(spent.calls).map(([call, writes]) => `${call} ${writes}`);
    console.log(`${name}: ${calls.join(', ') || 'no writes'}`);
  }
  const over = figures.filter(({ units, atMost }) => units > atMost);
  for (const { name, units, atMost } of over) {
    console.error(`${name} costs ${units} write units, and may cost ${atMost}.`);
  }
  return over.length === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 2;
});
