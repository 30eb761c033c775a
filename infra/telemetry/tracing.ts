import { Token } from 'aws-cdk-lib';
import { refuseSetting } from '../options/refuse-setting.ts';

export interface SamplingOptions {
  /**
   * Of the traces that begin in the deployment (adds without a `traceparent`, and attempts) so many are recorded: 0 to
   * 1. Of those that a caller has begun its `traceparent` says. Default 1: all, each of which is a request to where
   * spans are sent.
   */
  readonly ratio?: number;
}

export interface OtlpOptions extends SamplingOptions {
  /**
   * Where spans are sent by OTLP over HTTP: the traces' whole URL, such as `http://collector.internal:4318/v1/traces`.
   * It has no secret in it, and no header goes along, since whoever may look at a function reads its environment: name
   * a collector in your own network, which knows the key of the service behind it.
   */
  readonly endpoint: string;
}

const RULE =
  'the whole URL that takes traces by OTLP over HTTP, such as http://collector.internal:4318/v1/traces, without a user, a password or a query';

/** Where a deployment's functions send their spans. */
export class Tracing {
  /**
   * To a collector.
   *
   * @throws SettingsError `settings.invalid` for what is no such URL
   */
  static otlp({ endpoint, ratio }: OtlpOptions): Tracing {
    // what is known only when it is deployed can be looked at by nobody here
    if (!Token.isUnresolved(endpoint) && !isTracesUrl(endpoint)) {
      return refuseSetting('tracing.endpoint', RULE, endpoint);
    }
    return new Tracing(endpoint, false, checked(ratio));
  }

  /**
   * To X-Ray's own OTLP endpoint, which each function gets the right to. It takes spans where CloudWatch's Transaction
   * Search is enabled in the account. A consumer in a VPC has to reach it: by X-Ray's VPC endpoint, or a NAT gateway.
   *
   * @throws SettingsError `settings.invalid` for what is no ratio
   */
  static xray({ ratio }: SamplingOptions = {}): Tracing {
    return new Tracing('xray', true, checked(ratio));
  }

  private constructor(
    /** As the functions' environment has it. */
    readonly variable: string,
    readonly toXRay: boolean,
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
