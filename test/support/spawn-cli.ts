import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { bundledCli } from './bundled-cli.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The command line as a process of its own, with its streams as pipes. */
export class CliProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, ['--conditions=source', bundledCli().main, ...args], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], ...env },
    });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
  }

  /** Waits for something on stdout. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found) return found;
      if (this.child.exitCode !== null)
        throw new Error(`It ended with ${this.child.exitCode}: ${this.stderr}`);
      await Promise.race([once(this.child.stdout ?? this.child, 'data'), once(this.child, 'close')]);
    }
  }

  /** Gives it its stdin, and waits for its end. @returns the exit code */
  async end(stdin?: string): Promise<number | null> {
    this.child.stdin?.end(stdin);
    if (this.child.exitCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }
}
