import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AwsClient } from 'aws4fetch';
import type { Receipt } from 'cistern';
import { DynamoTable } from '#lib/store/dynamo-table';
import type { Job } from '#lib/store/job';
import { tableStore } from '#lib/store/table-store';
import type { Line } from '../telemetry/deployed-function.ts';
import type { Outputs } from './cdk.ts';
import type { Target } from './target.ts';
import { type Run, runsOf } from './witness.ts';

/** What an add may be answered with. */
interface Answer {
  readonly receipts: readonly Receipt[];
}

/** Of one function, at the same time: the test sends a few requests at once. */
const PROCESSES = 10;

interface LogPage {
  readonly events: readonly { readonly message: string }[];
  readonly nextToken?: string;
}

function toLine(message: string): Line[] {
  try {
    const line: unknown = JSON.parse(message);
    return typeof line === 'object' && line !== null ? [line as Line] : [];
  } catch {
    // Lambda's own lines
    return [];
  }
}

/** A deployment, as its users reach it. */
export class Deployed {
  readonly name: string;
  readonly target: Target;
  readonly outputs: Outputs;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly #signed: AwsClient;

  constructor(name: string, target: Target, outputs: Outputs) {
    this.name = name;
    this.target = target;
    this.outputs = outputs;
    const { region, credentials, endpoint } = target;
    const config = { region, credentials, ...(endpoint && { endpoint }) };
    this.dynamodb = new DynamoDBClient(config);
    this.sqs = new SQSClient(config);
    // a repeated add is another add
    this.#signed = new AwsClient({ ...credentials, region, retries: 0 });
  }

  /** Adds over the HTTP API. @throws when it is not answered with 202 */
  async post(batch: string, items: readonly unknown[]): Promise<readonly Receipt[]> {
    const response = await this.request(`/v1/batches/${batch}/items`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(items.length === 1 ? { item: items[0] } : { items }),
    });
    if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
    return ((await response.json()) as Answer).receipts;
  }

  /** A signed request to the HTTP API. */
  request(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#signed.fetch(this.url(path), { ...init, aws: { service: 'execute-api' } });
  }

  /** Asks as a browser does before a page of that origin may add: without credentials. */
  preflight(origin: string): Promise<Response> {
    return fetch(this.url('/v1/batches/departures/items'), {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  }

  /** Sets which pages may call the API, where an emulator has not understood the template. */
  async letPagesIn(allowOrigins: readonly string[]): Promise<void> {
    const cors = {
      allowOrigins,
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['authorization', 'content-type'],
    };
    const response = await this.#signed.fetch(`${this.target.endpoint}/v2/apis/${this.#apiId}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ corsConfiguration: cors }),
      aws: { service: 'apigateway' },
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  }

  get #apiId(): string {
    return new URL(this.outputs['ApiEndpoint'] ?? '').hostname.split('.')[0] ?? '';
  }

  /** Where the HTTP API has a path: emulators have all APIs at one port. */
  url(path: string): string {
    const api = this.outputs['ApiEndpoint'] ?? '';
    const { endpoint } = this.target;
    if (endpoint === undefined) return api + path;
    return `${endpoint}/_aws/execute-api/${this.#apiId}/$default${path}`;
  }

  /** Adds by invoking the ingest function. @throws when the invocation fails */
  async invoke(batch: string, items: readonly unknown[]): Promise<readonly Receipt[]> {
    const { receipts } = (await this.call('ingest', { batch, items })) as Answer;
    return receipts;
  }

  /** Has the test's own producer add. @throws when the invocation fails */
  async produce(items: readonly unknown[]): Promise<Answer> {
    return (await this.call('producer', { items })) as Answer;
  }

  /**
   * Invokes one of the deployment's functions.
   * @throws when the invocation fails, or is answered with a problem
   */
  async call(name: string, event: object): Promise<unknown> {
    const { endpoint = `https://lambda.${this.target.region}.amazonaws.com` } = this.target;
    const url = `${endpoint}/2015-03-31/functions/${this.name}-${name}/invocations`;
    const response = await this.#signed.fetch(url, {
      method: 'POST',
      body: JSON.stringify(event),
      aws: { service: 'lambda' },
    });
    const text = await response.text();
    const failed = response.status !== 200 || response.headers.has('x-amz-function-error');
    if (failed || text.includes('"type":"about:blank"')) throw new Error(`${response.status}: ${text}`);
    return JSON.parse(text);
  }

  /** The lines that one of the deployment's functions has logged, as far as they are JSON. */
  async log(name: string): Promise<readonly Line[]> {
    const { endpoint = `https://logs.${this.target.region}.amazonaws.com` } = this.target;
    const lines: Line[] = [];
    let nextToken: string | undefined;
    do {
      const response = await this.#signed.fetch(`${endpoint}/`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'Logs_20140328.FilterLogEvents',
        },
        body: JSON.stringify({ logGroupName: `/aws/lambda/${this.name}-${name}`, nextToken }),
        aws: { service: 'logs' },
      });
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
      const page = (await response.json()) as LogPage;
      lines.push(...page.events.flatMap(({ message }) => toLine(message)));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return lines;
  }

  /**
   * Has the processes of a function answer once more, to nothing: an emulator reads what a process has written when it
   * answers and for 50 ms more, and what comes later with its next answer, which the last one does not have.
   */
  async stir(name: string): Promise<void> {
    if (this.target.endpoint === undefined) return;
    const answer = () => (name === 'ingest' ? this.request('/health') : this.call(name, { Records: [] }));
    await Promise.all(Array.from({ length: PROCESSES }, answer));
  }

  /** All runs of a definition's handler so far. */
  runs(batch: string): Promise<Run[]> {
    return runsOf(this.dynamodb, `${this.name}-witness`, batch);
  }

  job(id: string): Promise<Job | undefined> {
    return tableStore(new DynamoTable(this.dynamodb, this.name), Date.now).jobs.readJob(id);
  }
}
