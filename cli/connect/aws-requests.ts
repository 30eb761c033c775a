import { SignatureV4 } from '@smithy/signature-v4';
import type { Io } from '../io.ts';
import { parseXml, type Xml } from './xml.ts';

/** The services that take forms, with the versions of their APIs. `monitoring` is CloudWatch. */
const FORM_VERSIONS = { ec2: '2016-11-15', monitoring: '2010-08-01' } as const;

/** The dashboard's page waits ten seconds for its server, which may have to ask somebody else after this. */
const TIMEOUT_MS = 5_000;

export interface AwsRequestsOptions {
  readonly region: string;
  /** Makes the signature of a service's requests. */
  readonly signatureOf: (service: string) => Pick<SignatureV4, 'sign'>;
  /** Where all services are; default: AWS. */
  readonly endpoint: string | undefined;
  readonly fetch: Io['fetch'];
}

/** A request that was answered with an error, or not at all. */
export class AwsRequestError extends Error {
  override readonly name = 'AwsRequestError';
  /** The service's code, if it said one. */
  readonly code: string | undefined;

  constructor(
    message: string,
    { code, cause }: { readonly code?: string | undefined; readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * Sends the few requests for which this package has no client (docs/decisions/0072 and 0085): signed, by each service's own
 * protocol.
 */
export class AwsRequests {
  readonly #options: AwsRequestsOptions;

  constructor(options: AwsRequestsOptions) {
    this.#options = options;
  }

  /** Asks a service whose requests are paths, such as Lambda. @throws AwsRequestError */
  async path(service: string, path: string): Promise<unknown> {
    return JSON.parse(await this.#send(service, { method: 'GET', path }));
  }

  /** Asks a service by the name of an operation, in JSON, such as Systems Manager. @throws AwsRequestError */
  async operation(service: string, target: string, input: object): Promise<unknown> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    return JSON.parse(await this.#send(service, { method: 'POST', headers, body: JSON.stringify(input) }));
  }

  /** Asks a service that takes forms and answers with XML, such as EC2. @throws AwsRequestError */
  async form(
    service: keyof typeof FORM_VERSIONS,
    action: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Xml> {
    const said = { Action: action, Version: FORM_VERSIONS[service], ...parameters };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(said).toString();
    return parseXml(await this.#send(service, { method: 'POST', headers, body }));
  }

  async #send(service: string, { method, path = '/', headers = {}, body }: Sent): Promise<string> {
    const { region, endpoint, signatureOf, fetch } = this.#options;
    const { origin, protocol, host, hostname, port } = new URL(endpoint ?? endpointOf(service, region));
    const signed = await signatureOf(service).sign({
      method,
      protocol,
      hostname,
      ...(port !== '' && { port: Number(port) }),
      path,
      query: {},
      headers: { ...headers, host },
      body,
    });
    const { host: _, ...sent } = signed.headers;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const request = new Request(origin + path, { method, headers: sent, signal, ...(body && { body }) });
    const silent = (cause: unknown) => {
      throw new AwsRequestError(`${host} did not answer.`, { cause });
    };
    const response = await fetch(request).catch(silent);
    const text = await response.text().catch(silent);
    if (response.ok) return text;
    throw new AwsRequestError(`${host} answered with ${response.status}: ${reasonOf(text)}`, {
      code: codeOf(text),
    });
  }
}

type SigningConfig = Pick<ConstructorParameters<typeof SignatureV4>[0], 'credentials' | 'sha256'>;

/** Makes requests to the services of a region, signed with these credentials. */
export const awsRequests = (
  { credentials, sha256, region }: SigningConfig & { readonly region: string },
  { env, fetch }: Pick<Io, 'env' | 'fetch'>,
): AwsRequests =>
  new AwsRequests({
    ...{ region, fetch, endpoint: env['AWS_ENDPOINT_URL'] },
    signatureOf: service => new SignatureV4({ service, credentials, sha256, region }),
  });

interface Sent {
  readonly method: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const endpointOf = (service: string, region: string): string =>
  `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** What an error says, in JSON or in XML. */
const reasonOf = (text: string): string =>
  (/"(?:message|Message)"\s*:\s*"([^"]*)"/.exec(text) ?? /<Message>([^<]*)</.exec(text))?.[1] ??
  text.slice(0, 200);

/** An error's code: `com.amazonaws.ssm#ParameterNotFound`, or an element of XML. */
const codeOf = (text: string): string | undefined =>
  (/"__type"\s*:\s*"(?:[^"]*#)?([^"]*)"/.exec(text) ?? /<Code>([^<]*)</.exec(text))?.[1];
