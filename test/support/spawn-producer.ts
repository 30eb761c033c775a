import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Receipt } from 'cistern';
import { FROM_STDIN, sendScript } from './bundled-script.ts';
import type { ProducerTask } from './producer-process.ts';

const SCRIPT = fileURLToPath(new URL('./producer-process.ts', import.meta.url));

/** A producer process, with what it has been told so far. */
export interface SpawnedProducer {
  readonly process: ChildProcess;
  readonly acknowledged: Map<string, Receipt>;
  /** Resolves when it has added its last item. */
  readonly all: Promise<void>;
  /** Resolves with its exit code and signal. */
  readonly ended: Promise<[number | null, NodeJS.Signals | null]>;
}

export function spawnProducer(task: ProducerTask): SpawnedProducer {
  const child = spawn(process.execPath, [...FROM_STDIN, JSON.stringify(task)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  sendScript(child, SCRIPT);
  const acknowledged = new Map<string, Receipt>();
  const lines = createInterface({ input: child.stdout });
  const all = new Promise<void>(resolve => {
    lines.on('line', line => {
      if (line === '"all"') return resolve();
      const { id, receipt } = JSON.parse(line) as { id: string; receipt: Receipt };
      acknowledged.set(id, receipt);
    });
  });
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(
    ([exit]) => exit as [number | null, NodeJS.Signals | null],
  );
  return { process: child, acknowledged, all, ended };
}
