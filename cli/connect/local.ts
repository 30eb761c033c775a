import { UsageError } from '../errors/errors.ts';
import type { Io } from '../io.ts';
import type { Connection } from './connection.ts';

const LOCAL = 'http://127.0.0.1:4680';

/**
 * An API that takes requests as they are: the local stack's.
 *
 * @param url the one that was asked for; default `CISTERN_URL`, and then where `cistern start` listens
 * @throws UsageError when it is no address
 */
export function connectLocal(url: string | undefined, { env, fetch }: Io): Connection {
  const given = url ?? (env['CISTERN_URL'] || LOCAL);
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new UsageError(
      `${url === undefined ? 'CISTERN_URL' : '--url'} has to be an address such as ${LOCAL}; it was ${JSON.stringify(given)}.`,
    );
  }
  const { origin, pathname } = parsed;
  return {
    url: origin + pathname.replace(/\/+$/, ''),
    fetch,
    hint: '`cistern start` starts the local stack; --url and --stack name other deployments.',
  };
}
