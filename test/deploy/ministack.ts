import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FUNCTIONS_NODE } from '../../infra/bundling/bundle.ts';
import { until } from '../support/until.ts';
import { end, run, start, tail } from './child.ts';
import { ROOT } from './root.ts';

const REQUIREMENTS = join(ROOT, 'test/deploy/requirements.txt');
const USUAL_PORT = 4566;
const OLDEST_PYTHON = [3, 10] as const;

/** An emulator that this test has started. */
export interface MiniStack {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Installs MiniStack, pinned and by its hashes, into a virtual environment of its own, which is kept for the next
 * run while the requirements stay the same.
 *
 * @returns the environment's folder
 */
export async function installMiniStack(logs: string): Promise<string> {
  const python = findPython();
  const hash = createHash('sha256')
    .update(readFileSync(REQUIREMENTS))
    .update(python)
    .digest('hex')
    .slice(0, 12);
  const folder = join(ROOT, '.cistern/deploy', `ministack-${hash}`);
  const finished = join(folder, 'installed');
  if (existsSync(finished)) return folder;
  rmSync(folder, { recursive: true, force: true });
  const options = { cwd: ROOT, env: process.env, log: join(logs, 'pip.log') };
  await run(python, ['-m', 'venv', folder], options);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-deps'];
  const checked = ['--require-hashes', '--only-binary', ':all:', '-r', REQUIREMENTS];
  await run(join(folder, 'bin/python'), [...pip, ...checked], options);
  writeFileSync(finished, '');
  return folder;
}

/**
 * Installs the functions' own version of Node.js, which is kept for the next run. The emulator runs functions on what it
 * finds as `node`: addons and packages of theirs need not fit the Node.js of this test.
 *
 * @returns the folder of the program
 */
export async function installFunctionsNode(logs: string): Promise<string> {
  const { platform, arch } = process;
  const folder = join(ROOT, '.cistern/deploy', `node-${FUNCTIONS_NODE}-${platform}-${arch}`);
  const programs = join(folder, 'node_modules/node/bin');
  if (existsSync(join(programs, 'node'))) return programs;
  mkdirSync(folder, { recursive: true });
  const dependencies = { node: `npm:node-${platform}-${arch}@${FUNCTIONS_NODE}` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', install, { cwd: folder, env: process.env, log: join(logs, 'node.log') });
  return programs;
}

/**
 * Starts MiniStack on loopback, on its usual port or a free one, and waits until it is ready.
 *
 * @param programs the folder of the Node.js that it runs functions on
 */
export async function startMiniStack(folder: string, programs: string, logs: string): Promise<MiniStack> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = join(logs, 'ministack.log');
  // functions are unpacked here, beside a worker that is CommonJS: not in the tree of a package of ES modules
  const home = mkdtempSync(join(tmpdir(), 'cistern-ministack-'));
  const server = start(join(folder, 'bin/ministack'), [], {
    cwd: home,
    log,
    // functions inherit the server's environment: nothing of this one's may reach them
    env: {
      PATH: `${programs}:${process.env['PATH']}`,
      HOME: home,
      TMPDIR: home,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      // both would listen on ports of their own
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      PYTHONUNBUFFERED: '1',
    },
  });
  const ready = async () => {
    if (server.exitCode !== null) throw new Error(`MiniStack has ended:\n${tail(log)}`);
    const answer = await fetch(`${url}/_ministack/health`).catch(() => undefined);
    return answer?.ok === true;
  };
  await until('MiniStack is ready', ready, 60_000, 100);
  return {
    url,
    async stop() {
      await end(server);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A Python that can do it. @throws saying what to install */
export function findPython(names: readonly string[] = ['python3', 'python']): string {
  for (const name of names) {
    const script = 'import sys, venv, ensurepip; print(*sys.version_info[:2])';
    const { status, stdout } = spawnSync(name, ['-c', script], { encoding: 'utf8' });
    const [major = 0, minor = 0] = (stdout ?? '').trim().split(' ').map(Number);
    if (status === 0 && major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]) return name;
  }
  throw new Error(
    `The emulator wants Python ${OLDEST_PYTHON.join('.')} or newer with venv and pip. Install it (Debian and Ubuntu: apt-get install python3 python3-venv; macOS: brew install python; Windows: WSL), or start an emulator yourself (docker compose --profile ministack up) and set AWS_ENDPOINT_URL=http://127.0.0.1:${USUAL_PORT}.`,
  );
}

/** The emulators' usual port if it is free, or another. */
async function freePort(): Promise<number> {
  return (await listen(USUAL_PORT)) ?? (await listen(0)) ?? USUAL_PORT;
}

/** A port that could be listened on, let go of again; undefined when it is taken. */
const listen = (port: number): Promise<number | undefined> =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
