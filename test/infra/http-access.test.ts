import { describe, expect, test } from '@jest/globals';
import { HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Duration, type Stack } from 'aws-cdk-lib/core';
import { HTTP_ROUTES } from '#lib/operations/routes';
import { HttpAccess, type HttpOptions, type LambdaAccessOptions } from '../../infra/index.ts';
import { BATCHES, type Synthesised, synthesise } from './synthesise.ts';

const keys = (routes: (typeof HTTP_ROUTES)['ingest']): string[] =>
  routes.map(({ method, path }) => `${method} ${path}`);

const [adding, operating] = [keys(HTTP_ROUTES.ingest), keys(HTTP_ROUTES.adminHttp)];

/** The routes of a template, each with what lets callers in. */
const routesOf = ({ resources }: Synthesised): Record<string, Readonly<Record<string, unknown>>> =>
  Object.fromEntries(
    Object.values(resources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => [
      String(Properties['RouteKey']),
      Properties,
    ]),
  );

const authorizer = (stack: Stack): LambdaFunction =>
  new LambdaFunction(stack, 'Authorizer', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({ isAuthorized: true });'),
  });

const tokens = (...scopes: string[]) =>
  HttpAccess.jwt({
    issuer: 'https://id.example',
    audience: ['shop'],
    ...(scopes.length > 0 && { scopes }),
  });

describe('adding and operating', () => {
  test('both ask for a signature unless told otherwise', () => {
    const routes = routesOf(synthesise('shop', BATCHES));
    expect(Object.keys(routes).sort()).toEqual([...adding, ...operating].sort());
    for (const route of Object.values(routes)) expect(route['AuthorizationType']).toBe('AWS_IAM');
  });

  test('have an access each', () => {
    const routes = routesOf(synthesise('shop', BATCHES, { http: { add: tokens() } }));
    for (const key of adding) expect([key, routes[key]?.['AuthorizationType']]).toEqual([key, 'JWT']);
    for (const key of operating) expect([key, routes[key]?.['AuthorizationType']]).toEqual([key, 'AWS_IAM']);
  });

  test('can ask the same issuer for scopes of their own', () => {
    const made = synthesise('shop', BATCHES, {
      http: { add: tokens('batches/add'), operate: tokens('batches/operate') },
    });
    const routes = routesOf(made);
    for (const key of adding) expect(routes[key]?.['AuthorizationScopes']).toEqual(['batches/add']);
    for (const key of operating) expect(routes[key]?.['AuthorizationScopes']).toEqual(['batches/operate']);
    made.template.allResourcesProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: 'https://id.example', Audience: ['shop'] },
    });
  });

  test('may share one access, in several deployments', () => {
    const access = tokens();
    for (const name of ['shop', 'bank']) {
      const { resources } = synthesise(name, BATCHES, { http: { add: access, operate: access } });
      const known = Object.keys(resources('AWS::ApiGatewayV2::Authorizer'));
      for (const { Properties } of Object.values(resources('AWS::ApiGatewayV2::Route'))) {
        expect(known).toContain((Properties['AuthorizerId'] as { readonly Ref: string }).Ref);
      }
    }
  });

  test.each([[], [''], ['two words'], 'batches/add'])('refuse %j as scopes', scopes => {
    expect(() =>
      HttpAccess.jwt({ issuer: 'https://id.example', audience: ['shop'], scopes: scopes as string[] }),
    ).toThrow('The setting scopes must be an array of one scope or more');
  });
});

describe('operating', () => {
  test('can be left out: then no route leads to the operators’ function, and nothing may invoke it', () => {
    const made = synthesise('shop', BATCHES, { http: { operate: false } });
    expect(Object.keys(routesOf(made)).sort()).toEqual([...adding].sort());
    made.template.resourceCountIs('AWS::ApiGatewayV2::Integration', 1);
    const invoked = Object.values(made.resources('AWS::Lambda::Permission')).map(
      ({ Properties }) => Properties['FunctionName'],
    );
    const { id } = made.named('AWS::Lambda::Function', 'FunctionName', 'shop-admin-http');
    expect(invoked).not.toContainEqual({ 'Fn::GetAtt': [id, 'Arn'] });
  });
});

describe('a function of one’s own', () => {
  const asks = (options: Parameters<typeof HttpAccess.lambda>[1] = {}) =>
    synthesise('shop', BATCHES, stack => ({ http: { add: HttpAccess.lambda(authorizer(stack), options) } }));

  test('lets callers in, request by request', () => {
    const made = asks();
    made.template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      // an answer that is kept holds for whatever route and batch is asked for next
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: ['$request.header.Authorization'],
    });
    const routes = routesOf(made);
    for (const key of adding) expect(routes[key]?.['AuthorizationType']).toBe('CUSTOM');
    for (const key of operating) expect(routes[key]?.['AuthorizationType']).toBe('AWS_IAM');
  });

  test('can have its answers kept, and answer with a policy', () => {
    const all: Required<LambdaAccessOptions> = {
      identitySource: ['$request.header.X-Site-Key'],
      resultsCacheTtl: Duration.minutes(1),
      responseTypes: [HttpLambdaResponseType.IAM],
    };
    asks(all).template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerResultTtlInSeconds: 60,
      AuthorizerPayloadFormatVersion: '1.0',
      IdentitySource: ['$request.header.X-Site-Key'],
    });
  });

  test('has to be one', () => {
    expect(() => HttpAccess.lambda('authorizer' as never)).toThrow(
      'The setting handler must be a Lambda function; it was "authorizer".',
    );
  });
});

describe('what is open to the internet', () => {
  const open = HttpAccess.openToTheInternet();
  const said = (http: HttpOptions) => {
    const made = synthesise('shop', BATCHES, { http });
    const told = made.cistern.node.findAll().flatMap(({ node }) => node.metadata);
    const count = (type: string, what: string) =>
      told.filter(entry => entry.type === type && String(entry.data).startsWith(`http.${what} is open`))
        .length;
    return {
      routes: routesOf(made),
      info: count('aws:cdk:info', 'add'),
      warning: count('aws:cdk:warning', 'operate'),
      told: told.filter(({ data }) => String(data).includes('is open')).length,
    };
  };

  test('is nothing by default', () => {
    expect(said({})).toMatchObject({ info: 0, warning: 0, told: 0 });
  });

  test('is told in synth’s output: adding', () => {
    const { routes, ...told } = said({ add: open });
    expect(told).toEqual({ info: 1, warning: 0, told: 1 });
    for (const key of adding) expect(routes[key]?.['AuthorizationType']).toBe('NONE');
    for (const key of operating) expect(routes[key]?.['AuthorizationType']).toBe('AWS_IAM');
  });

  test('is a warning in synth’s output: operating', () => {
    const { routes, ...told } = said({ operate: open });
    expect(told).toEqual({ info: 0, warning: 1, told: 1 });
    for (const key of adding) expect(routes[key]?.['AuthorizationType']).toBe('AWS_IAM');
    for (const key of operating) expect(routes[key]?.['AuthorizationType']).toBe('NONE');
  });
});
