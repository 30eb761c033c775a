import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface ChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the process says goes here. */
  readonly log: string;
}

const LINES_SHOWN = 40;
const TIMEOUT_MS = 10_000;

/** A process that leads a group of its own, so that what it starts itself ends with it. */
export function start(
  command: string,
  args: readonly string[],
  { cwd, env, log }: ChildOptions,
): ChildProcess {
  const output = openSync(log, 'a');
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** Runs a process to its end. @throws with the end of its log when it fails */
export async function run(command: string, args: readonly string[], options: ChildOptions): Promise<void> {
  const child = start(command, args, options);
  const ended = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  if (ended === 0) return;
  throw new Error(`${command} ${args.join(' ')} ended with ${ended}:\n${tail(options.log)}`);
}

/** The end of a log. */
export const tail = (log: string): string =>
  readFileSync(log, 'utf8').split('\n').slice(-LINES_SHOWN).join('\n');

/** Ends a process and all of its group, by their id, and waits until it has ended. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()));
  signal(child, 'SIGTERM');
  const killTimer = setTimeout(() => signal(child, 'SIGKILL'), TIMEOUT_MS);
  await closed;
  clearTimeout(killTimer);
}

/** Ends whatever `start` has started and still runs. */
export const endAll = async (): Promise<void> => {
  await Promise.all([...running].map(end));
};

const running = new Set<ChildProcess>();

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    // it has ended by itself in the meantime
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
