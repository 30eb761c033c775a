import { Token } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { refuseSetting } from './refuse-setting.ts';

export interface JwtAccessOptions {
  /** Who issues the tokens: an OpenID Connect issuer's URL. */
  readonly issuer: string;
  /** Whom a token has to be for: one of these. */
  readonly audience: readonly string[];
}

const ISSUER_RULE = 'the https URL of an OpenID Connect issuer, as its tokens name it (iss), without a query';
const AUDIENCE_RULE = 'an array of one audience (aud) or more';

function isIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, search, hash } = new URL(issuer);
  return protocol === 'https:' && search === '' && hash === '';
}

/** Who may call a deployment's HTTP API: adding, and all that operators do. */
export class HttpAccess {
  /** Requests signed with IAM credentials that may `execute-api:Invoke` the route. The default. */
  static iam(): HttpAccess {
    return new HttpAccess(new HttpIamAuthorizer());
  }

  /**
   * Requests with a token (`Authorization: Bearer …`) that an issuer has signed for an audience.
   *
   * @throws SettingsError `settings.invalid` for what is no issuer's URL, or no audience
   */
  static jwt({ issuer, audience }: JwtAccessOptions): HttpAccess {
    // what is known only when it is deployed, such as a user pool's, can be looked at by nobody here
    if (!Token.isUnresolved(issuer) && !isIssuer(issuer)) refuseSetting('issuer', ISSUER_RULE, issuer);
    if (!Array.isArray(audience) || audience.length === 0) refuseSetting('audience', AUDIENCE_RULE, audience);
    return new HttpAccess(new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: [...audience] }));
  }

  /** Anybody on the internet may add, read, flush, pause and purge. For what has another guard in front of it. */
  static openToTheInternet(): HttpAccess {
    return new HttpAccess(new HttpNoneAuthorizer());
  }

  private constructor(
    /** As API Gateway takes it. */
    readonly authorizer: IHttpRouteAuthorizer,
  ) {}
}
