import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { AwsV4Signer } from 'aws4fetch';
import { xRayExporter } from '../../functions/telemetry/x-ray-exporter.ts';

const ENVIRONMENT = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'a-session',
};

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Something in the place of X-Ray's endpoint. */
async function endpoint(status: number): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', part => {
      body += part;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status).end('{"message":"no"}');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, received };
}

function send(url: string): Promise<ExportResult> {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
  provider.getTracer('test').startSpan('send clicks').end();
  return new Promise(resolve => {
    xRayExporter(1_000, ENVIRONMENT, url).export(memory.getFinishedSpans(), resolve);
  });
}

test('sends spans as OTLP, signed for X-Ray, as another signer would sign it', async () => {
  const { url, received } = await endpoint(200);
  expect(await send(url)).toEqual({ code: ExportResultCode.SUCCESS });
  const [{ headers, body } = { headers: {}, body: '' }] = received;
  expect(JSON.parse(body)).toMatchObject({
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'send clicks' }] }] }],
  });
  const signed = await new AwsV4Signer({
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'x-amz-content-sha256': String(headers['x-amz-content-sha256']),
    },
    body,
    accessKeyId: ENVIRONMENT.AWS_ACCESS_KEY_ID,
    secretAccessKey: ENVIRONMENT.AWS_SECRET_ACCESS_KEY,
    sessionToken: ENVIRONMENT.AWS_SESSION_TOKEN,
    service: 'xray',
    region: ENVIRONMENT.AWS_REGION,
    datetime: String(headers['x-amz-date']),
    allHeaders: true,
  }).sign();
  expect(headers.authorization).toBe(signed.headers.get('authorization'));
});

test('says what was refused, and throws nothing', async () => {
  const { url } = await endpoint(403);
  expect(await send(url)).toMatchObject({
    code: ExportResultCode.FAILED,
    error: expect.objectContaining({ message: 'X-Ray answered 403: {"message":"no"}' }),
  });
});
