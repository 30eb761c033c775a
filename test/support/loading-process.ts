import { loadDefinitions } from '#loader/load-definitions';

/** A module to load, and the working directory that its path starts from. */
export interface LoadingTask {
  readonly module: string;
  readonly cwd: string;
}

/** What loading it comes to. */
export interface Loaded {
  readonly names?: readonly string[];
  readonly code?: string;
  readonly message?: string;
}

/** Loads the definitions of each module that it is sent, and answers which there are, or what is wrong. */
process.on('message', async ({ module, cwd }: LoadingTask) => {
  process.chdir(cwd);
  process.send?.(await load(module));
});
process.once('disconnect', () => process.exit());

async function load(module: string): Promise<Loaded> {
  try {
    const definitions = await loadDefinitions(module);
    return { names: definitions.map(({ name }) => name) };
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    return { code, message };
  }
}
