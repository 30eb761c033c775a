import { RemovalPolicy, Stack } from 'aws-cdk-lib';
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
 * A line of JSON for a request. CDK's own format asks for what only REST APIs have, and would not say the route. The
 * path itself stays out: its caller writes it.
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
    // not messageString, which brings its own quotes: whether also where there is no error, AWS does not say, and
    // without them no line of a request that went well would be JSON
    error: '$context.error.message',
    // why the function was not asked, or its answer not understood
    integrationError: '$context.integrationErrorMessage',
  }),
);

const RATE_LIMIT = 1_000;
const BURST_LIMIT = 2_000;

/**
 * The HTTP API. Its routes are written out one by one, so that a policy can let callers in by route
 * (`…/POST/v1/batches/orders/flush`). The ingest function answers the routes that producers need, and the operators'
 * function the others. Each of the two sets has an access of its own; the default is a signature (AWS_IAM), for
 * `/health` too. There is no `$default` route: API Gateway itself answers that nothing is there, and answers browsers'
 * preflight requests, which no authorizer refuses then (docs/decisions/0069).
 */
export class HttpApi extends Construct {
  /** Where the API is: a URL. */
  readonly endpoint: string;
  /** What an alias record for a name of your own points at; undefined without one. */
  readonly domainTarget: { readonly name: string; readonly hostedZoneId: string } | undefined;
  /** CDK's own, for its metrics. */
  readonly httpApi: Api;
  /** Who may add. */
  readonly add: HttpAccess;
  /** Who may operate; false where no route is there for it. */
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
      // else requests that the name's owner never sees get in by the other one
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

  /** Has a function answer routes, for those that an access lets in. */
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

  /** One permission for all routes that a function answers: one for each says no more, and counts as a resource. */
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

  /** The one stage: throttled. */
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

  /** A log of who asked for what and how it was answered; never of what. */
  #accessLog({ name, logRetention }: HttpApiProps): LogGroup {
    return new LogGroup(this, 'AccessLog', {
      // API Gateway adds every group of another prefix to one policy of the account, which holds 5,120 characters
      logGroupName: `/aws/vendedlogs/apigateway/${name}`,
      retention: logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/** A function that answers routes, without CDK's permission for it. */
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
