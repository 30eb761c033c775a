import { spawnSync } from 'node:child_process';
import * as ERROR_CODES from '#lib/error-codes';
import { BundlingError } from './bundling-error.ts';

/**
 * Runs the commands of a hook in order, until one fails.
 *
 * @throws BundlingError `bundling.hook_failed`
 */
export function runHook(commands: readonly string[] = [], folder: string): void {
  if (commands.length === 0) return;
  const command = commands.join(' && ');
  const { status, stderr, error } = spawnSync(command, {
    cwd: folder,
    shell: true,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0) return;
  throw new BundlingError(
    ERROR_CODES.bundlingHookFailed,
    `A command of bundling.commandHooks failed: ${command}\n${error?.message ?? stderr}`,
    { command, status },
  );
}
