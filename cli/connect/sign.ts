import { SignatureV4 } from '@smithy/signature-v4';
import { messageOf } from '../errors/error-facts.ts';
import { CLI_CODES, CommandError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';

type SigningConfig = Pick<ConstructorParameters<typeof SignatureV4>[0], 'credentials' | 'region' | 'sha256'>;

/** Makes a function that signs requests for API Gateway's IAM authoriser (Signature Version 4). */
export function signer(config: SigningConfig): (request: Request) => Promise<Request> {
  const signature = new SignatureV4({ service: 'execute-api', ...config });
  return async request => {
    const { protocol, hostname, host, port, pathname, searchParams } = new URL(request.url);
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const { headers } = await withCredentials(() =>
      signature.sign({
        method: request.method,
        protocol,
        hostname,
        ...(port !== '' && { port: Number(port) }),
        path: pathname,
        query: Object.fromEntries(
          [...new Set(searchParams.keys())].map(key => [key, searchParams.getAll(key)]),
        ),
        headers: { ...Object.fromEntries(request.headers), host },
        body,
      }),
    );
    // fetch sets the host header itself, from the address, as it was signed
    const { host: _, ...sent } = headers;
    const { method, signal } = request;
    return new Request(request.url, {
      method,
      headers: sent,
      signal,
      redirect: 'manual',
      ...(body !== undefined && { body }),
    });
  };
}

/** Explains missing credentials. The SDK looks for them when it signs the first request. */
async function withCredentials<T>(sign: () => Promise<T>): Promise<T> {
  try {
    return await sign();
  } catch (cause) {
    throw new CommandError(
      CLI_CODES.stackUnusable,
      EXIT.unreachable,
      `There are no AWS credentials to sign with: ${messageOf(cause)}`,
      { cause },
    );
  }
}
