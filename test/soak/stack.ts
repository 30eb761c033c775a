import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Weather } from './gate.ts';
import type { Ask, Told } from './stack-process.ts';

/** The table in memory keeps all that has ended, a kilobyte an item: more than Node's own limit, at the machine's limit. */
const HEAP = `--max-old-space-size=${Math.floor((0.6 * totalmem()) / 2 ** 20)}`;

export type Report = Extract<Told, { event: 'report' }>;

/** The stack in a process of its own, whose memory is its own and whose calls can be made to fail. */
export class Stack {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  static async start(): Promise<Stack> {
    const script = fileURLToPath(new URL('./stack-process.ts', import.meta.url));
    const args = [HEAP, '--conditions=source', '--import', 'tsx', '--no-warnings', script];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [told] = (await once(child, 'message')) as [Extract<Told, { event: 'ready' }>];
    return new Stack(child, told.url);
  }

  set weather(weather: Weather) {
    this.#send({ weather });
  }

  async report(): Promise<Report> {
    return this.#ask({ report: true }, 'report');
  }

  /** How often each item was settled, by its number. */
  async tally(): Promise<Uint8Array> {
    return Buffer.from((await this.#ask({ tally: true }, 'tally')).counts, 'base64');
  }

  stop(): void {
    this.#process.disconnect();
  }

  #send(ask: Ask): void {
    this.#process.send(ask);
  }

  async #ask<E extends Told['event']>(ask: Ask, event: E): Promise<Extract<Told, { event: E }>> {
    const answered = new Promise<Extract<Told, { event: E }>>(resolve => {
      const listen = (told: Told) => {
        if (told.event !== event) return;
        this.#process.off('message', listen);
        resolve(told as Extract<Told, { event: E }>);
      };
      this.#process.on('message', listen);
    });
    this.#send(ask);
    return answered;
  }
}
