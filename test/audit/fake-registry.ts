import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A registry on loopback, with advisories or without. */
export interface FakeRegistry {
  readonly url: string;
  /** Packages that it was asked about, by request. */
  readonly asked: readonly string[][];
  stop(): Promise<void>;
}

const BULK = '/-/npm/v1/security/advisories/bulk';

/**
 * @param advisories severities by package, of advisories for all of its versions
 * @param status that it refuses to be asked with
 */
export async function fakeRegistry(
  advisories: Readonly<Record<string, string>>,
  status?: number,
): Promise<FakeRegistry> {
  const asked: string[][] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk as Buffer));
    request.on('end', () => {
      const answer = (code: number, body: unknown) => {
        response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      };
      if (request.method !== 'POST') return answer(404, { error: 'not found' });
      if (status !== undefined || request.url !== BULK) return answer(status ?? 404, { error: 'no' });
      const body = Buffer.concat(chunks);
      const zipped = request.headers['content-encoding'] === 'gzip';
      const names = Object.keys(JSON.parse(String(zipped ? gunzipSync(body) : body)));
      asked.push(names);
      return answer(200, Object.fromEntries(names.flatMap(name => advisoriesOf(name, advisories[name]))));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function advisoriesOf(name: string, severity: string | undefined): [string, unknown][] {
  if (severity === undefined) return [];
  const url = `https://example.com/advisories/${name}`;
  return [[name, [{ id: 1, url, title: `${name} lets anybody in`, severity, vulnerable_versions: '*' }]]];
}
