import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectIn, ROOT } from './outside-project.ts';

const START = 'npx cistern start';
/** What each command of the page says when it has worked. */
const SAYS: Readonly<Record<string, readonly string[]>> = {
  'npx cistern init': ['wrote  batches/index.ts', 'wrote  cdk.json', 'npx cdk synth'],
  'npx cistern status orders': ['orders'],
  'node --import tsx --test test/orders.test.ts': ['pass 1', 'fail 0'],
};
const START_WITHIN_MS = 60_000;

/**
 * Follows docs/getting-started.md in an empty folder: every command of it, as it is written there and in its order. Only
 * the package itself comes from a file, since this version is not published yet.
 */
export async function followGettingStarted(file: string): Promise<void> {
  const page = await readFile(join(ROOT, 'docs/getting-started.md'), 'utf8');
  const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.split('\n').filter(line => line !== ''),
  );
  const folder = await mkdtemp(join(tmpdir(), 'cistern-started-'));
  const port = await freePort();
  const env = {
    ...process.env,
    PORT: String(port),
    CISTERN_URL: `http://127.0.0.1:${port}`,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_VALIDATION: 'false',
  };
  let stack: ChildProcess | undefined;
  try {
    for (const command of commands) {
      console.log(`$ ${command}`);
      if (command.startsWith(START)) {
        if (stack !== undefined) await end(stack);
        const options = command.slice(START.length).split(' ').filter(Boolean);
        const program = ['node_modules/cistern/dist/cli/main.js', 'start', ...options];
        stack = spawn(process.execPath, program, { cwd: folder, env, stdio: 'inherit' });
        await answering(`http://127.0.0.1:${port}/health`);
        continue;
      }
      // the local stack is ended before what does not ask it
      if (stack !== undefined && !command.startsWith('npx cistern')) {
        await end(stack);
        stack = undefined;
      }
      const written =
        command === 'npm install cistern' ? `npm install --no-audit --no-fund ${file}` : command;
      expectIn(await outputOf(written, folder, env), ...(SAYS[command] ?? []));
    }
    expectIn(await readFile(join(folder, 'cdk.out/Orders.template.json'), 'utf8'), 'orders-jobs-orders');
    expectIn(await outputOf('npx cistern init', folder, env), 'kept   batches/index.ts', 'kept   cdk.json');
  } finally {
    if (stack !== undefined) await end(stack);
    await rm(folder, { recursive: true });
  }
}

async function outputOf(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn('sh', ['-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output}`);
  return output;
}

async function answering(url: string): Promise<void> {
  const until = Date.now() + START_WITHIN_MS;
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (Date.now() > until) throw new Error(`${url} has not answered in ${START_WITHIN_MS} ms.`);
    await sleep(100);
  }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  if (child.exitCode === null) child.kill('SIGINT');
  else return;
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('A server has a port.');
  return address.port;
}
