import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { orMissing } from '#lib/parts';
import { EXIT, type ExitCode } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';

const WATCH = /^(?:-w|--watch)$/;

/**
 * Runs this same command line without `--watch` under `tsx watch`, which starts it anew when a file changes that it has
 * loaded: the definitions, and what they import.
 *
 * @returns when it was interrupted
 */
export async function startWatched({ interrupted }: Pick<Io, 'interrupted'>): Promise<ExitCode> {
  const [, script = '', ...args] = process.argv;
  // from this package's sources, they say which of its files are meant
  const conditions = process.execArgv.filter(flag => flag.startsWith('--conditions'));
  const watch = ['watch', '--clear-screen=false', ...conditions, script];
  const rest = args.filter(word => !WATCH.test(word));
  const child = spawn(process.execPath, [tsxCommand(), ...watch, ...rest], { stdio: 'inherit' });
  // of Ctrl-C the whole group of processes hears; of a signal to this one only this one
  interrupted.addEventListener('abort', () => child.kill('SIGTERM'));
  await once(child, 'exit');
  return interrupted.aborted ? EXIT.ok : EXIT.failed;
}

function tsxCommand(): string {
  try {
    return createRequire(import.meta.url).resolve('tsx/cli');
  } catch (error) {
    return orMissing('local')(error);
  }
}
