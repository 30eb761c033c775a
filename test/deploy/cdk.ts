import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.ts';
import { ROOT } from './root.ts';
import { environmentOf, type Target } from './target.ts';
import { VERSIONS, type Version } from './versions.ts';

/** Emulators' only account. */
const EMULATED_ACCOUNT = '000000000000';
const CLI = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
const QUIET = { CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1' };

/** What a stack says of itself when it is deployed. */
export type Outputs = Readonly<Record<string, string>>;

/** Runs the CDK's CLI, as a user would. */
export class Cdk {
  readonly #deployment: string;
  readonly #folder: string;
  readonly #assembly: string;

  /** @param folder for the assembly, outputs and logs */
  constructor(deployment: string, folder: string) {
    this.#deployment = deployment;
    this.#folder = folder;
    this.#assembly = join(folder, 'cdk.out');
  }

  /** Makes the assembly, of all versions; wants nothing but this machine. */
  async synth(): Promise<void> {
    const app = `${process.execPath} --conditions=source --import tsx test/deploy/app.ts`;
    const args = ['synth', '--quiet', '--app', app, '--output', this.#assembly];
    const to = process.env['CISTERN_DEPLOY_TO'] ?? 'emulator';
    const context = ['-c', `deployment=${this.#deployment}`, '-c', `to=${to}`];
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

  async deploy(target: Target, version: Version): Promise<Outputs> {
    const file = join(this.#folder, `outputs-${version}.json`);
    // emulators know change sets less well than the API that makes and updates stacks
    const method = target.endpoint === undefined ? [] : ['--method=direct'];
    const args = ['deploy', version, '--app', this.#assembly, '--require-approval', 'never', ...method];
    await this.#run([...args, '--outputs-file', file], `deploy-${version}`, environmentOf(target));
    const outputs: Record<string, Outputs> = JSON.parse(readFileSync(file, 'utf8'));
    return outputs[this.#deployment] ?? {};
  }

  async destroy(target: Target): Promise<void> {
    await this.#run(this.#destroy, 'destroy', environmentOf(target));
  }

  /** What destroys the deployment, to be typed in the repository's folder. */
  get destroyCommand(): string {
    return ['npx cdk', ...this.#destroy].join(' ');
  }

  /** The versions are one stack: whichever is named. */
  get #destroy(): readonly string[] {
    return ['destroy', VERSIONS[0], '--force', '--app', this.#assembly];
  }

  #run(args: readonly string[], name: string, env: NodeJS.ProcessEnv, cwd = ROOT): Promise<void> {
    const log = join(this.#folder, `${name}.log`);
    return run(process.execPath, [CLI, ...args, '--no-notices'], { cwd, env: { ...env, ...QUIET }, log });
  }
}
