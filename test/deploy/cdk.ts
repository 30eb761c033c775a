import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.ts';
import { ROOT } from './root.ts';
import { environmentOf, type Target } from './target.ts';

/** Emulators' only account. */
const EMULATED_ACCOUNT = '000000000000';
const CLI = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
const QUIET = { CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1' };

/** What a stack says of itself when it is deployed. */
export type Outputs = Readonly<Record<string, string>>;

export interface CdkApp {
  /** The app's file, from the repository's folder. */
  readonly app: string;
  readonly deployment: string;
  /** A stack's id in the app. All of its stacks are versions of one, which has the deployment's name. */
  readonly stack: string;
  /** For the assembly, outputs and logs. */
  readonly folder: string;
}

/** Runs the CDK's CLI, as a user would. */
export class Cdk {
  readonly #app: CdkApp;
  readonly #folder: string;
  readonly #assembly: string;

  constructor(app: CdkApp) {
    this.#app = app;
    this.#folder = app.folder;
    this.#assembly = join(app.folder, 'cdk.out');
  }

  /** Makes the assembly, of all stacks; wants nothing but this machine. */
  async synth(more: readonly string[] = []): Promise<void> {
    const app = `${process.execPath} --conditions=source --import tsx ${this.#app.app}`;
    const args = ['synth', '--quiet', '--app', app, '--output', this.#assembly];
    const to = process.env['CISTERN_DEPLOY_TO'] ?? 'emulator';
    const given = [`deployment=${this.#app.deployment}`, `to=${to}`, ...more];
    const context = given.flatMap(each => ['-c', each]);
    await this.#run([...args, ...context], 'synth', {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      // loading the engine that validates templates takes longer than all the rest; `npm run synth` validates
      CDK_VALIDATION: 'false',
    });
  }

  /** Readies an emulator's account for the CDK. AWS accounts are their owners' to ready. */
  async bootstrap(target: Target): Promise<void> {
    if (target.endpoint === undefined) return;
    // in a folder with a cdk.json it would synthesise the app, and overwrite cdk.out
    const empty = mkdtempSync(join(this.#folder, 'empty-'));
    const account = `aws://${EMULATED_ACCOUNT}/${target.region}`;
    await this.#run(['bootstrap', account], 'bootstrap', environmentOf(target), empty);
  }

  async deploy(target: Target, stack: string): Promise<Outputs> {
    const file = join(this.#folder, `outputs-${stack}.json`);
    // emulators know change sets less well than the API that makes and updates stacks
    const method = target.endpoint === undefined ? [] : ['--method=direct'];
    const args = ['deploy', stack, '--app', this.#assembly, '--require-approval', 'never', ...method];
    await this.#run([...args, '--outputs-file', file], `deploy-${stack}`, environmentOf(target));
    const outputs: Record<string, Outputs> = JSON.parse(readFileSync(file, 'utf8'));
    return outputs[this.#app.deployment] ?? {};
  }

  async destroy(target: Target): Promise<void> {
    await this.#run(this.#destroy, 'destroy', environmentOf(target));
  }

  /** What destroys the deployment, to be typed in the repository's folder. */
  get destroyCommand(): string {
    return ['npx cdk', ...this.#destroy].join(' ');
  }

  /** All are versions of one stack: whichever is named. */
  get #destroy(): readonly string[] {
    return ['destroy', this.#app.stack, '--force', '--app', this.#assembly];
  }

  #run(args: readonly string[], name: string, env: NodeJS.ProcessEnv, cwd = ROOT): Promise<void> {
    const log = join(this.#folder, `${name}.log`);
    return run(process.execPath, [CLI, ...args, '--no-notices'], { cwd, env: { ...env, ...QUIET }, log });
  }
}
