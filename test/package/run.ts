import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Packs the package and uses it as an outside project would: plain Node, the compiled files alone, a definition in
 * the caller's module and one in a TypeScript module. Its dependencies are linked, not installed again.
 */
const root = resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'cistern-package-'));
const run = (command: string, args: readonly string[], cwd: string) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });

try {
  run('npm', ['run', 'build'], root);
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root)) as [
    { filename: string },
  ];
  run('tar', ['xzf', packed.filename], folder);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  // the package's name leads to itself, as it would from a folder beside it
  await writeFile(
    join(folder, 'package/batches.ts'),
    `import { batch } from 'cistern';
export const typed = batch<{ n: number }>({
  name: 'typed', maxSize: 2, maxWaitMs: 60_000,
  handler: ({ batch: items }): void => console.log('typed ' + items.map(({ n }) => n).join()),
});
`,
  );
  await writeFile(
    join(folder, 'package/use.mjs'),
    `import { batch } from 'cistern';
import { startLocal } from 'cistern/local';
const plain = batch({
  name: 'plain', maxSize: 2, maxWaitMs: 60_000,
  handler: ({ batch: items }) => console.log('plain ' + items.map(({ n }) => n).join()),
});
const first = await startLocal({ batches: [plain], port: 0 });
for (const path of ['/dashboard/', '/dashboard/app.js', '/dashboard/app.css']) {
  const { status } = await fetch(first.url + path);
  console.log(path + ' ' + status);
}
await plain.addBulk([{ n: 1 }, { n: 2 }]);
await new Promise(resolve => setTimeout(resolve, 500));
await first.stop();
const second = await startLocal({ batches: 'batches.ts', port: 0 });
await second.definitions[0].addBulk([{ n: 3 }, { n: 4 }]);
await new Promise(resolve => setTimeout(resolve, 500));
await second.stop();
`,
  );
  const output = run(process.execPath, ['--no-warnings', 'use.mjs'], join(folder, 'package'));
  console.log(output);
  const version = run(process.execPath, ['dist/cli/main.js', '--version'], join(folder, 'package'));
  console.log(`cistern ${version}`);
  const page = ['/dashboard/ 200', '/dashboard/app.js 200', '/dashboard/app.css 200'];
  for (const line of ['plain 1,2', 'typed 3,4', ...page]) {
    if (!output.includes(line)) throw new Error(`It did not say ${JSON.stringify(line)}.`);
  }
} finally {
  await rm(folder, { recursive: true });
}
