import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AdderLine, AdderTask } from './adder-process.ts';
import { FROM_STDIN, sendScript } from './bundled-script.ts';

const SCRIPT = fileURLToPath(new URL('./adder-process.ts', import.meta.url));

/** A producer process that adds until it is killed, with what it has said so far. */
export interface SpawnedAdder {
  readonly added: readonly Extract<AdderLine, { receipt: unknown }>[];
  readonly refused: readonly Extract<AdderLine, { refused: unknown }>[];
  /** Kills it, and resolves when all that it had said has come. */
  kill(): Promise<void>;
}

export function spawnAdder(task: AdderTask): SpawnedAdder {
  const child = spawn(process.execPath, [...FROM_STDIN, JSON.stringify(task)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  sendScript(child, SCRIPT);
  const added: Extract<AdderLine, { receipt: unknown }>[] = [];
  const refused: Extract<AdderLine, { refused: unknown }>[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', text => {
    const line = JSON.parse(text) as AdderLine;
    if ('receipt' in line) added.push(line);
    else refused.push(line);
  });
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]);
  return {
    added,
    refused,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
