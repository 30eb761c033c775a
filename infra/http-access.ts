import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';

export interface JwtAccessOptions {
  /** Who issues the tokens: an OpenID Connect issuer's URL. */
  readonly issuer: string;
  /** Whom a token has to be for: one of these. */
  readonly audience: readonly string[];
}

/** Who may call a deployment's HTTP API: adding, and all that operators do. */
export class HttpAccess {
  /** Requests signed with IAM credentials that may `execute-api:Invoke` the route. The default. */
  static iam(): HttpAccess {
    return new HttpAccess(new HttpIamAuthorizer());
  }

  /** Requests with a token (`Authorization: Bearer …`) that an issuer has signed for an audience. */
  static jwt({ issuer, audience }: JwtAccessOptions): HttpAccess {
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
