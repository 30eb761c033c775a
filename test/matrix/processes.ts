import { execFile, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Processes of one version of Node.js in a project. */
export class Processes {
  readonly #env: NodeJS.ProcessEnv;

  /** @param node the program */
  constructor(
    readonly node: string,
    readonly folder: string,
  ) {
    const { NODE_OPTIONS: _, JEST_WORKER_ID: __, ...env } = process.env;
    this.#env = {
      ...env,
      // what a project's own commands find as `node`
      PATH: `${dirname(node)}:${join(folder, 'node_modules/.bin')}:${env['PATH']}`,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_VALIDATION: 'false',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
  }

  /** Runs a program of Node.js to its end. @returns all that it said @throws Error with that where it fails */
  run(...args: readonly string[]): Promise<string> {
    return this.#execute(this.node, args);
  }

  /** Runs a command as it would be typed, likewise. */
  shell(command: string): Promise<string> {
    return this.#execute('sh', ['-c', command]);
  }

  async #execute(program: string, args: readonly string[]): Promise<string> {
    const options = { cwd: this.folder, env: this.#env, timeout: 240_000, maxBuffer: 50_000_000 };
    try {
      const { stdout, stderr } = await execute(program, [...args], options);
      return stdout + stderr;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
    }
  }

  /** Runs a program that serves, until a line that it writes is used up. @throws Error where it ends before */
  async serve(args: readonly string[], use: (line: string) => Promise<boolean>): Promise<void> {
    const child = spawn(this.node, args, { cwd: this.folder, env: this.#env });
    const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
    const deadline = setTimeout(() => child.kill('SIGKILL'), 120_000);
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    let isDone = false;
    for await (const line of createInterface(child.stdout)) {
      said += `${line}\n`;
      if (!isDone && (await use(line))) {
        isDone = true;
        child.kill('SIGINT');
      }
    }
    const code = await ended;
    clearTimeout(deadline);
    if (!isDone || code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${said}`);
  }
}
