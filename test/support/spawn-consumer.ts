import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FROM_STDIN, sendScript } from './bundled-script.ts';
import type { ConsumerLine, ConsumerTask } from './consumer-process.ts';

const SCRIPT = fileURLToPath(new URL('./consumer-process.ts', import.meta.url));

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
  const child = spawn(process.execPath, [...heap, ...FROM_STDIN, JSON.stringify(task)], {
    stdio: ['pipe', 'pipe', memoryMb === undefined ? 'inherit' : 'ignore', 'ipc'],
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('It is a pipe.');
  sendScript(child, SCRIPT);
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
