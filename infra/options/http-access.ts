import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpIamAuthorizer,
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  type HttpLambdaAuthorizerProps,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration, Token } from 'aws-cdk-lib/core';
import { checkGiven } from './check-given.ts';
import { refuseSetting } from './refuse-setting.ts';
import { group, unchecked } from './setting-schemas.ts';

/** The tokens that are let in. */
export interface JwtAccessOptions {
  /** The URL of the OpenID Connect issuer of the tokens. */
  readonly issuer: string;
  /** The token has to be for one of these (`aud`, or `client_id` where it has no `aud`). */
  readonly audience: readonly string[];
  /** The token has to have one of these scopes (`scope` or `scp`). Default: no scope is required. */
  readonly scopes?: readonly string[];
}

/** Options with the names of CDK's `HttpLambdaAuthorizer`. */
export type LambdaAccessOptions = Partial<
  Pick<HttpLambdaAuthorizerProps, 'identitySource' | 'resultsCacheTtl' | 'responseTypes'>
>;

// a misspelt option must not let in more than it says
const JWT = group<JwtAccessOptions>({ issuer: unchecked, audience: unchecked, scopes: unchecked });
const LAMBDA = group<LambdaAccessOptions>({
  identitySource: unchecked,
  resultsCacheTtl: unchecked,
  responseTypes: unchecked,
});

const ISSUER_RULE = 'the https URL of an OpenID Connect issuer, as its tokens name it (iss), without a query';
const AUDIENCE_RULE = 'an array of one audience (aud) or more';
const SCOPES_RULE = 'an array of one scope or more, each a text without spaces';
const HANDLER_RULE = 'a Lambda function';

function isIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, search, hash } = new URL(issuer);
  return protocol === 'https:' && search === '' && hash === '';
}

const isScope = (scope: unknown): boolean => typeof scope === 'string' && /^\S+$/.test(scope);

/** Who may call routes of a deployment's HTTP API. Adding (`http.add`) and operating (`http.operate`) have one each. */
export class HttpAccess {
  /**
   * Allows requests signed with IAM credentials that may `execute-api:Invoke` the route. This is the default. `grantAdd` and
   * `grantOperate` give this right.
   */
  static iam(): HttpAccess {
    return new HttpAccess('iam', () => new HttpIamAuthorizer());
  }

  /**
   * Allows requests with a token (`Authorization: Bearer …`) that an issuer has signed for an audience.
   *
   * @throws SettingsError `settings.invalid` for an invalid issuer's URL, audience or scope, or another option
   * @example
   * HttpAccess.jwt({ issuer: 'https://id.example.com', audience: ['shop'], scopes: ['batches/operate'] });
   */
  static jwt(options: JwtAccessOptions): HttpAccess {
    checkGiven(JWT, options, 'HttpAccess.jwt');
    const { issuer, audience, scopes } = options;
    // a value that is known only when the stack is deployed, such as a user pool's, cannot be checked here
    if (!Token.isUnresolved(issuer) && !isIssuer(issuer)) refuseSetting('issuer', ISSUER_RULE, issuer);
    if (!Array.isArray(audience) || audience.length === 0) refuseSetting('audience', AUDIENCE_RULE, audience);
    if (scopes !== undefined && !(Array.isArray(scopes) && scopes.length > 0 && scopes.every(isScope))) {
      refuseSetting('scopes', SCOPES_RULE, scopes);
    }
    return new HttpAccess(
      'jwt',
      id => new HttpJwtAuthorizer(id, issuer, { jwtAudience: [...audience] }),
      scopes && [...scopes],
    );
  }

  /**
   * Allows requests that your function allows. The function answers `{ isAuthorized: true }` or false: payload format 2.0,
   * simple responses. By default no answer is cached, so that an answer about one batch never counts for another. With
   * `resultsCacheTtl` API Gateway caches an answer for all requests with the same `identitySource`.
   *
   * @param options default: `Authorization` is required, no caching, simple responses
   * @throws SettingsError `settings.invalid` if `handler` is not a function
   * @example HttpAccess.lambda(authorizer, { identitySource: ['$request.header.X-Site-Key'] });
   */
  static lambda(handler: IFunction, options: LambdaAccessOptions = {}): HttpAccess {
    checkGiven(LAMBDA, options, 'HttpAccess.lambda');
    if (typeof handler !== 'object' || handler === null || !('functionArn' in handler)) {
      refuseSetting('handler', HANDLER_RULE, handler);
    }
    const props = {
      resultsCacheTtl: Duration.seconds(0),
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      ...options,
    };
    return new HttpAccess('lambda', id => new HttpLambdaAuthorizer(id, handler, props));
  }

  /** Allows anyone on the internet, for routes that another guard protects. `cdk synth` names the open routes. */
  static openToTheInternet(): HttpAccess {
    return new HttpAccess('open', () => new HttpNoneAuthorizer());
  }

  private constructor(
    /** How a caller proves who it is; `open`: not at all. */
    readonly kind: 'iam' | 'jwt' | 'lambda' | 'open',
    /** Makes API Gateway's authorizer with an id. Each API has its own. */
    readonly authorizer: (id: string) => IHttpRouteAuthorizer,
    /** The scopes, of which a token has to have one. */
    readonly scopes?: string[],
  ) {}
}
