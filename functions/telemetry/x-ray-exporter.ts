import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { SignatureV4 } from '@smithy/signature-v4';
import { cut } from '#lib/text/cut';
import { xRayUrl } from './x-ray-url.ts';

/** SHA-256 with the interface that the signer needs. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/**
 * Sends spans to X-Ray's own OTLP endpoint, which takes JSON over HTTP, signed:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
 *
 * @param timeoutMs milliseconds after which unsent spans are lost
 * @param url default: the region's endpoint
 */
export function xRayExporter(
  timeoutMs: number,
  environment: NodeJS.ProcessEnv = process.env,
  url = xRayUrl(environment),
): SpanExporter {
  return {
    export(spans, done) {
      send(spans, timeoutMs, environment, url).then(
        () => done({ code: ExportResultCode.SUCCESS }),
        (error: Error) => done({ code: ExportResultCode.FAILED, error } satisfies ExportResult),
      );
    },
    shutdown: async () => {},
  };
}

async function send(
  spans: readonly ReadableSpan[],
  timeoutMs: number,
  environment: NodeJS.ProcessEnv,
  url: string,
): Promise<void> {
  const body = JsonTraceSerializer.serializeRequest([...spans]);
  if (body === undefined) throw new Error('The spans could not be written as OTLP.');
  const { host, hostname, pathname, protocol } = new URL(url);
  const signature = new SignatureV4({
    service: 'xray',
    region: environment['AWS_REGION'] ?? '',
    sha256: Sha256,
    // Lambda sets the credentials in the environment of each process that it starts
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
      ...(environment['AWS_SESSION_TOKEN'] && { sessionToken: environment['AWS_SESSION_TOKEN'] }),
    },
  });
  const { headers } = await signature.sign({
    method: 'POST',
    protocol,
    hostname,
    path: pathname,
    headers: { host, 'content-type': 'application/json' },
    body,
  });
  const { host: _, ...sent } = headers;
  const response = await fetch(url, {
    method: 'POST',
    headers: sent,
    body,
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`X-Ray answered ${response.status}: ${cut(await response.text(), 500)}`);
}
