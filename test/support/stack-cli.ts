import type { Local } from 'cistern/local';
import { type Ran, runCli } from './run-cli.ts';

type World = NonNullable<Parameters<typeof runCli>[1]>;

export interface RanOnStack extends Ran {
  /** What the API answered, in its order. */
  readonly answers: readonly unknown[];
}

/** Waits are cut to this: the stack is near, and nobody has to be spared. */
const WAIT_MS = 100;

/** Runs a command line against a stack, over its real port and in real time. */
export async function runOn(
  { url }: Pick<Local, 'url'>,
  args: readonly string[],
  { onSleep, ...world }: World = {},
): Promise<RanOnStack> {
  const answers: unknown[] = [];
  const ran = await runCli([...args, '--url', url], {
    now: Date.now,
    fetch: async request => {
      const response = await fetch(request);
      answers.push(await response.clone().json());
      return response;
    },
    onSleep: async ms => {
      await onSleep?.(ms);
      await new Promise(resolve => setTimeout(resolve, Math.min(ms, WAIT_MS)));
    },
    ...world,
  });
  return { ...ran, answers };
}

/** What the API answers, asked without the command line. */
export async function ask({ url }: Pick<Local, 'url'>, path: string): Promise<Record<string, unknown>> {
  const response = await fetch(url + path);
  return (await response.json()) as Record<string, unknown>;
}
