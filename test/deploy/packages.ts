import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HANDLER_PACKAGES } from '../matrix/handler-packages.ts';
import { until } from '../support/until.ts';
import { Cdk } from './cdk.ts';
import { run } from './child.ts';
import { Deployed } from './deployed.ts';
import { setWhatWasDropped } from './dropped-settings.ts';
import { ROOT } from './root.ts';
import type { Target } from './target.ts';

const BATCH = 'packages';
const HANDLERS = join(ROOT, 'test/matrix/handlers');
const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
const TIMEOUT_MS = 120_000;
const POLL_MS = 500;

/** A deployment beside the other one, whose handler uses packages that are hard to bundle. */
export class Packages {
  readonly cdk: Cdk;
  readonly #name: string;
  readonly #folder: string;

  /** @param folder for the project with the packages, and for what CDK writes */
  constructor(deployment: string, folder: string) {
    this.#name = `${deployment}-p`;
    this.#folder = folder;
    this.cdk = new Cdk({ app: 'test/deploy/packages-app.ts', deployment: this.#name, stack: BATCH, folder });
  }

  /** Makes a project with the packages in it, and synthesises the stack; wants nothing but this machine and npm. */
  async prepare(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    cpSync(HANDLERS, this.#project, { recursive: true });
    const manifest = { private: true, type: 'module', dependencies: HANDLER_PACKAGES };
    writeFileSync(join(this.#project, 'package.json'), JSON.stringify(manifest));
    const log = join(this.#folder, 'npm.log');
    await run('npm', INSTALL, { cwd: this.#project, env: process.env, log });
    symlinkSync(ROOT, join(this.#project, 'node_modules/cistern'));
    await this.cdk.synth([`definitions=${this.#definitions}`]);
  }

  /** Deploys it, and has each package used in Lambda. @throws where one does not work there */
  async use(target: Target): Promise<string> {
    const deployed = new Deployed(this.#name, target, await this.cdk.deploy(target, BATCH));
    await setWhatWasDropped(deployed, this.#definitions);
    const names = Object.keys(HANDLER_PACKAGES);
    const [receipt] = await deployed.invoke(BATCH, names);
    const ended = async () => {
      const job = await deployed.job(receipt?.job ?? '');
      return job?.status === 'completed' || job?.status === 'dead';
    };
    await until('the handler with packages has ended', ended, TIMEOUT_MS, POLL_MS);
    const job = await deployed.job(receipt?.job ?? '');
    const expected = names.map(name => `${name} works`);
    if (job?.result !== JSON.stringify(expected)) {
      throw new Error(
        `The handler with packages gave ${job?.result}, and failed with ${JSON.stringify(job?.error)}.`,
      );
    }
    return `a handler’s packages in Lambda: ${expected.join(', ')}`;
  }

  get #project(): string {
    return join(this.#folder, 'project');
  }

  get #definitions(): string {
    return join(this.#project, 'index.ts');
  }
}
