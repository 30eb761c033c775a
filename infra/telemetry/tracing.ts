import { Token } from 'aws-cdk-lib/core';
import { checkGiven } from '../options/check-given.ts';
import { refuseSetting } from '../options/refuse-setting.ts';
import { group, unchecked } from '../options/setting-schemas.ts';

/** How many traces are recorded. */
export interface SamplingOptions {
  /**
   * The share of traces that is recorded, 0 to 1, of traces that begin in the deployment: adds without a `traceparent`,
   * and attempts. For other traces the caller's `traceparent` decides. Default 1: all. Each recorded trace costs a request
   * to the place that spans are sent to.
   */
  readonly ratio?: number;
}

/** The collector that spans are sent to. */
export interface OtlpOptions extends SamplingOptions {
  /**
   * The whole URL for traces, by OTLP over HTTP, such as `http://collector.internal:4318/v1/traces`. It may hold no
   * secret, and no header is sent with it, since anyone with the right to read a function's configuration sees its
   * environment. Name a collector in your own network that has the key of the service behind it.
   */
  readonly endpoint: string;
}

const RULE =
  'the whole URL that takes traces by OTLP over HTTP, such as http://collector.internal:4318/v1/traces, without a user, a password or a query';

const XRAY = group<SamplingOptions>({ ratio: unchecked });
const OTLP = group<OtlpOptions>({ endpoint: unchecked, ratio: unchecked });

/** Where a deployment's functions send their spans. */
export class Tracing {
  /**
   * Sends spans to a collector.
   *
   * @throws SettingsError `settings.invalid` for an endpoint that is no such URL, or for a wrong ratio
   */
  static otlp(options: OtlpOptions): Tracing {
    checkGiven(OTLP, options, 'Tracing.otlp');
    const { endpoint, ratio } = options;
    // a token has its value only at the deployment, so it cannot be checked here
    if (!Token.isUnresolved(endpoint) && !isTracesUrl(endpoint)) {
      return refuseSetting('tracing.endpoint', RULE, endpoint);
    }
    return new Tracing(endpoint, false, checked(ratio));
  }

  /**
   * Sends spans to X-Ray's own OTLP endpoint. Each function gets the right to do so. The endpoint takes spans if
   * CloudWatch's Transaction Search is enabled in the account. A consumer in a VPC needs X-Ray's VPC endpoint or a NAT
   * gateway to reach it.
   *
   * @throws SettingsError `settings.invalid` for a wrong ratio
   */
  static xray(options: SamplingOptions = {}): Tracing {
    checkGiven(XRAY, options, 'Tracing.xray');
    return new Tracing('xray', true, checked(options.ratio));
  }

  private constructor(
    /** The value of the functions' environment variable. */
    readonly variable: string,
    /** Whether spans go to X-Ray, for which the functions need a right. */
    readonly toXRay: boolean,
    /** The share of traces that is recorded, 0 to 1; undefined: all. */
    readonly ratio: number | undefined,
  ) {}
}

function checked(ratio: number | undefined): number | undefined {
  if (ratio === undefined || Token.isUnresolved(ratio) || (ratio >= 0 && ratio <= 1)) return ratio;
  return refuseSetting('tracing.ratio', 'a number from 0 to 1', ratio);
}

function isTracesUrl(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, username, password, search, pathname } = new URL(endpoint);
  const bare = username === '' && password === '' && search === '';
  return bare && pathname !== '/' && (protocol === 'http:' || protocol === 'https:');
}
