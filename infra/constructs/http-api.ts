import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as Api,
  DomainName,
  HttpIntegrationType,
  type HttpMethod,
  HttpRouteIntegration,
  type HttpRouteIntegrationConfig,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { HttpRoute } from '#lib/operations/definition/route';
import { HTTP_ROUTES } from '#lib/operations/routes';
import type { HttpOptions } from '../cistern-props.ts';
import { HttpAccess } from '../options/http-access.ts';
import { acknowledgeNoAccessLog } from './acknowledge-rules.ts';
import { announceOpenRoutes } from './announce-open-routes.ts';
import { corsPreflight } from './cors-preflight.ts';

export interface HttpApiProps extends HttpOptions {
  readonly name: string;
  readonly ingest: IFunction;
  readonly admin: IFunction;
  readonly logRetention: RetentionDays | undefined;
}

/**
 * Writes a line of JSON for a request. CDK's own format uses fields that only REST APIs have, and lacks the route. The path
 * itself is left out, since its caller writes it.
 */
const ACCESS_LOG: AccessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    time: '$context.requestTime',
    requestId: '$context.requestId',
    route: '$context.routeKey',
    status: '$context.status',
    ip: '$context.identity.sourceIp',
    caller: '$context.identity.userArn',
    subject: '$context.authorizer.claims.sub',
    responseBytes: '$context.responseLength',
    latencyMs: '$context.responseLatency',
    // Not messageString, which adds its own quotes. AWS does not say whether it adds them without an error too. If it
    // does not, no line of a successful request would be JSON.
    error: '$context.error.message',
    // why the function was not called, or why its answer could not be read
    integrationError: '$context.integrationErrorMessage',
  }),
);

const RATE_LIMIT = 1_000;
const BURST_LIMIT = 2_000;

/**
 * The HTTP API. Each route is a resource of its own, so that a policy can allow callers by route
 * (`…/POST/v1/batches/orders/flush`). The ingest function answers producers' routes, and the operators' function the
 * others. Each of the two sets has an access of its own. The default is a signature (AWS_IAM), for `/health` too. There is
 * no `$default` route: API Gateway itself answers unknown routes and browsers' preflight requests, which no authorizer
 * refuses then (docs/decisions/0069).
 */
export class HttpApi extends Construct {
  /** The API's URL. */
  readonly endpoint: string;
  /** The target of an alias record for a name of your own. Undefined without such a name. */
  readonly domainTarget: { readonly name: string; readonly hostedZoneId: string } | undefined;
  /** CDK's construct of the API, for its metrics. */
  readonly httpApi: Api;
  /** Who may add. */
  readonly add: HttpAccess;
  /** Who may operate. False if the API has no operators' routes. */
  readonly operate: HttpAccess | false;
  /** The one stage, `$default`. */
  readonly stage: HttpStage;
  /** The access log's group; undefined without `accessLog`. */
  readonly accessLog: LogGroup | undefined;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    const { name, ingest, admin, add = HttpAccess.iam(), operate = HttpAccess.iam(), cors, domain } = props;
    this.httpApi = new Api(this, 'Api', {
      apiName: name,
      createDefaultStage: false,
      ...(cors && { corsPreflight: corsPreflight(cors) }),
      // otherwise requests could come by API Gateway's own name, around a guard in front of your name
      disableExecuteApiEndpoint: domain !== undefined,
    });
    this.#answer('Add', HTTP_ROUTES.ingest, new FunctionIntegration('Ingest', ingest), add);
    this.#mayInvoke('Ingest', ingest);
    if (operate) {
      this.#answer('Operate', HTTP_ROUTES.adminHttp, new FunctionIntegration('Admin', admin), operate);
      this.#mayInvoke('Admin', admin);
    }
    announceOpenRoutes(this, { add, operate });
    this.add = add;
    this.operate = operate;

    const domainName =
      domain && new DomainName(this, 'Domain', { domainName: domain.name, certificate: domain.certificate });
    this.accessLog = props.accessLog ? this.#accessLog(props) : undefined;
    this.stage = this.#stage(props, domainName);
    this.endpoint = domain ? `https://${domain.name}` : this.httpApi.apiEndpoint;
    this.domainTarget = domainName && {
      name: domainName.regionalDomainName,
      hostedZoneId: domainName.regionalHostedZoneId,
    };
  }

  /** Makes a function answer routes, for callers that an access allows. */
  #answer(
    id: string,
    routes: readonly HttpRoute[],
    integration: HttpRouteIntegration,
    access: HttpAccess,
  ): void {
    const authorizer = access.authorizer(id);
    for (const { method, path } of routes) {
      this.httpApi.addRoutes({
        path,
        methods: [method as HttpMethod],
        integration,
        authorizer,
        ...(access.scopes && { authorizationScopes: access.scopes }),
      });
    }
  }

  /** Makes one permission for all routes of a function. One for each route would allow the same, and be a resource each. */
  #mayInvoke(id: string, target: IFunction): void {
    target.addPermission(`${id}-Permission`, {
      scope: this,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.httpApi.apiId,
        resourceName: '*/*',
      }),
    });
  }

  /** Makes the one stage, with its rate limit. */
  #stage(props: HttpApiProps, domainName?: DomainName): HttpStage {
    const { rateLimit, burstLimit } = props;
    const { accessLog } = this;
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: rateLimit ?? RATE_LIMIT, burstLimit: burstLimit ?? BURST_LIMIT },
      ...(accessLog && {
        accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: ACCESS_LOG },
      }),
      ...(domainName && { domainMapping: { domainName } }),
    });
    if (!accessLog) acknowledgeNoAccessLog(stage);
    return stage;
  }

  /** Makes the log of requests: caller, route and status, and no content. */
  #accessLog({ name, logRetention }: HttpApiProps): LogGroup {
    return new LogGroup(this, 'AccessLog', {
      // API Gateway adds every group of another prefix to one policy of the account, which holds 5,120 characters
      logGroupName: `/aws/vendedlogs/apigateway/${name}`,
      retention: logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/** Connects a function to routes, without a permission by CDK for each. */
class FunctionIntegration extends HttpRouteIntegration {
  readonly #target: IFunction;

  constructor(id: string, target: IFunction) {
    super(id);
    this.#target = target;
  }

  override bind(): HttpRouteIntegrationConfig {
    return {
      type: HttpIntegrationType.AWS_PROXY,
      uri: this.#target.functionArn,
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    };
  }
}
