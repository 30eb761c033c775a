import { orMissing } from '#lib/parts';
import { UsageError } from '../errors/errors.ts';
import type { Io } from '../io.ts';
import type { Connection } from './connection.ts';
import { connectLocal } from './local.ts';

/** Which deployment is meant. */
export interface ConnectOptions {
  readonly url?: string;
  readonly stack?: string;
  readonly region?: string;
  readonly profile?: string;
}

/**
 * The deployment that the options mean: that of `--stack`, or else what listens at `--url`, `CISTERN_URL` or the
 * local stack's usual address.
 *
 * @throws UsageError when they mean none; UnreachableError when the stack cannot be found
 */
export async function connect({ url, stack, region, profile }: ConnectOptions, io: Io): Promise<Connection> {
  if (stack === undefined) {
    // without a stack they would be passed over in silence, and the command would go to this machine
    if (region !== undefined) throw new UsageError('--region says where a stack is; give --stack as well.');
    if (profile !== undefined) throw new UsageError('--profile is for a stack; give --stack as well.');
    return connectLocal(url, io);
  }
  if (url !== undefined) throw new UsageError('Give --url or --stack, not both: each names a deployment.');
  // the AWS SDK takes longer to load than the local stack takes to answer
  const { connectStack } = await import('./stack.ts').catch(orMissing('stack'));
  return connectStack({ stack, region, profile }, io);
}
