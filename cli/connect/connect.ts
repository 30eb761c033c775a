import { orMissing } from '#lib/parts';
import { UsageError } from '../errors/errors.ts';
import type { Io } from '../io.ts';
import type { Connection } from './connection.ts';
import { connectLocal } from './local.ts';

/** The options that choose a deployment. */
export interface ConnectOptions {
  readonly url?: string;
  readonly stack?: string;
  readonly region?: string;
  readonly profile?: string;
}

/**
 * Connects to the deployment that the options name: that of `--stack`, or the one at `--url`, at `CISTERN_URL` or at the
 * local stack's usual address.
 *
 * @throws UsageError if the options name none; UnreachableError if the stack cannot be found
 */
export async function connect({ url, stack, region, profile }: ConnectOptions, io: Io): Promise<Connection> {
  if (stack === undefined) {
    // without --stack they would be ignored, and the command would go to this machine
    if (region !== undefined) throw new UsageError('--region says where a stack is; give --stack as well.');
    if (profile !== undefined) throw new UsageError('--profile is for a stack; give --stack as well.');
    return connectLocal(url, io);
  }
  if (url !== undefined) throw new UsageError('Give --url or --stack, not both: each names a deployment.');
  // loaded only here: the AWS SDK takes longer to load than the local stack takes to answer
  const { connectStack } = await import('./stack.ts').catch(orMissing('stack'));
  return connectStack({ stack, region, profile }, io);
}
