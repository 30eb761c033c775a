import { UsageError } from '../errors/errors.ts';
import type { Io } from '../io.ts';
import type { Connection } from './connection.ts';

const LOCAL = 'http://127.0.0.1:4680';

/**
 * Connects to an API that takes unsigned requests, as the local stack's does.
 *
 * @param url the API's address. Default: `CISTERN_URL`, or else the address of `cistern start`
 * @throws UsageError if it is not an address
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
