import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Entry } from '../../infra/bundling/bundle.ts';

const RUNNER = join(import.meta.dirname, 'function-runner.mjs');

/** A line that a function has written, as far as it is JSON. */
export type Line = Readonly<Record<string, unknown>>;

/** A function's bundle in a process of its own, and all that it writes. */
export class DeployedFunction {
  readonly #process: ChildProcess;
  readonly #name: string;
  #output = '';
  #requests = 0;

  private constructor(name: string, process: ChildProcess) {
    this.#name = name;
    this.#process = process;
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  /** Starts it; rejects with what it has written when it cannot be loaded. */
  static async start(
    directory: string,
    entry: Entry,
    environment: Readonly<Record<string, string>>,
  ): Promise<DeployedFunction> {
    const name = `telemetry-${entry}`;
    const child = spawn(process.execPath, [RUNNER, join(directory, entry, 'index.mjs')], {
      env: {
        ...environment,
        // this machine's Node.js is not Lambda's, about which the SDK warns
        NODE_NO_WARNINGS: '1',
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const started = new DeployedFunction(name, child);
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(started.#output)));
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
    return started;
  }

  /** Invokes it. @throws what it throws */
  async invoke(event: unknown): Promise<unknown> {
    const context = {
      functionName: this.#name,
      functionVersion: '$LATEST',
      invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${this.#name}`,
      memoryLimitInMB: '512',
      awsRequestId: `request-${++this.#requests}`,
    };
    const answered = once(this.#process, 'message');
    this.#process.send({ event, context });
    const [{ result, thrown }] = (await answered) as [{ result?: unknown; thrown?: string }];
    // what it wrote before it answered comes by another pipe
    await new Promise(resolve => setTimeout(resolve, 50));
    if (thrown !== undefined) throw new Error(thrown);
    return result;
  }

  /** All that it has written. */
  get output(): string {
    return this.#output;
  }

  get lines(): readonly Line[] {
    return this.#output
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line) as Line);
  }

  /** Its log, without metrics. */
  get log(): readonly Line[] {
    return this.lines.filter(line => !('_aws' in line));
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}
