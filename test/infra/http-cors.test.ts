import { expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { Duration } from 'aws-cdk-lib/core';
import { type CorsOptions, HttpAccess } from '../../infra/index.ts';
import { BATCHES, synthesise } from './synthesise.ts';

const made = (cors?: CorsOptions) =>
  synthesise('shop', BATCHES, {
    http: {
      add: HttpAccess.jwt({ issuer: 'https://id.example', audience: ['shop'] }),
      ...(cors && { cors }),
    },
  });

test('no page of another origin may call the API unless it is let in', () => {
  made().template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
});

test('pages of an origin may add, with a type, a token or a signature', () => {
  made({ origins: ['https://www.example.com'] }).template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
    CorsConfiguration: {
      AllowOrigins: ['https://www.example.com'],
      AllowMethods: ['GET', 'POST'],
      AllowHeaders: [
        'content-type',
        'authorization',
        'x-amz-date',
        'x-amz-security-token',
        'x-amz-content-sha256',
      ],
      ExposeHeaders: ['retry-after'],
      MaxAge: 3_600,
    },
  });
});

test('further headers and another age can be said', () => {
  const { template } = made({
    origins: ['*'],
    headers: ['X-Site-Key', 'Authorization'],
    maxAge: Duration.minutes(5),
  });
  template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
    CorsConfiguration: {
      AllowOrigins: ['*'],
      AllowHeaders: Match.arrayWith(['authorization', 'x-site-key']),
      MaxAge: 300,
    },
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
test('no authorizer sees a preflight request: no route is for OPTIONS, for any method or for any path', () => {
  const routes = Object.values(
    made({ origins: ['https://www.example.com'] }).resources('AWS::ApiGatewayV2::Route'),
  );
  expect(routes.length).toBeGreaterThan(0);
  for (const { Properties } of routes) {
    expect(Properties['RouteKey']).toMatch(/^(GET|POST) \/[^+]*$/);
  }
});

test.each<[unknown, string, string]>([
  [{ origins: [] }, 'http.cors.origins', 'an array of one origin or more'],
  [{ origins: ['https://www.example.com/'] }, 'http.cors.origins.0', 'an origin as browsers send it'],
  [{ origins: ['https://*.example.com'] }, 'http.cors.origins.0', 'an origin as browsers send it'],
  [{ origins: ['https://WWW.example.com'] }, 'http.cors.origins.0', 'in lower case'],
  [{ origins: ['https://www.example.com:443'] }, 'http.cors.origins.0', 'as browsers send it'],
  [{ origins: ['www.example.com'] }, 'http.cors.origins.0', 'an origin as browsers send it'],
  [{ origins: ['*'], headers: ['x y'] }, 'http.cors.headers.0', 'the name of a header'],
  [{ origins: ['*'], maxAge: 60 }, 'http.cors.maxAge', 'a Duration of up to a day'],
  [{ origins: ['*'], maxAge: Duration.days(2) }, 'http.cors.maxAge', 'a Duration of up to a day'],
  [{}, 'http.cors.origins', 'an object of origins, headers, maxAge'],
  [{ origins: ['*'], credentials: true }, 'http.cors.credentials', 'origins, headers, maxAge'],
])('%j is refused', (cors, setting, rule) => {
  expect(() => made(cors as CorsOptions)).toThrow(
    expect.objectContaining({
      code: 'settings.invalid',
      message: expect.stringMatching(new RegExp(`${setting} .*|There is no setting ${setting}`)),
    }),
  );
  expect(() => made(cors as CorsOptions)).toThrow(rule);
});
