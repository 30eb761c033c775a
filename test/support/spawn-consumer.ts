import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';
import type { ConsumerLine, ConsumerTask } from './consumer-process.ts';

const SCRIPT = fileURLToPath(new URL('./consumer-process.ts', import.meta.url));

/**
 * The script and all that it imports, as one text. A process reads that in a third of the time, and these tests start
 * many of them, also where a machine has other things to do.
 */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [SCRIPT],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  await stop();
  return outputFiles[0]?.text ?? '';
}

let bundled: Promise<string> | undefined;

/** A consumer process. */
export interface SpawnedConsumer {
  readonly process: ChildProcess;
  /** Resolves when it polls; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves with its exit code and signal, when all that it printed has been read. */
  readonly ended: Promise<[number | null, NodeJS.Signals | null]>;
}

/**
 * Starts a consumer process.
 *
 * @param onLine gets what it prints
 * @param memoryMb of its heap; a process that is meant to run out of it says so at length, and is not listened to
 */
export function spawnConsumer(
  task: ConsumerTask,
  onLine: (line: ConsumerLine, pid: number) => void,
  memoryMb?: number,
): SpawnedConsumer {
  const heap = memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`];
  const child = spawn(
    process.execPath,
    [...heap, '--no-warnings', '--input-type=module', '-', JSON.stringify(task)],
    { stdio: ['pipe', 'pipe', memoryMb === undefined ? 'inherit' : 'ignore', 'ipc'] },
  );
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('Both are pipes.');
  bundled ??= bundle();
  // killed while it reads: that is seen by its end
  stdin.on('error', () => {});
  void bundled.then(script => stdin.end(script));
  const lines = createInterface({ input: stdout });
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(
    ([exit]) => exit as [number | null, NodeJS.Signals | null],
  );
  const ready = new Promise<void>((resolve, reject) => {
    lines.on('line', text => {
      const line = JSON.parse(text) as ConsumerLine;
      if (line.event === 'ready') resolve();
      onLine(line, child.pid ?? 0);
    });
    void ended.then(exit => reject(new Error(`A consumer ended before it was ready: ${exit}`)));
  });
  return { process: child, ready, ended };
}
