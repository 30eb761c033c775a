import { CorsHttpMethod, type CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import { Duration } from 'aws-cdk-lib/core';
import type { CorsOptions } from '../cistern-props.ts';

/** The headers that an add needs, for every kind of access: a type, a token, a signature. */
const REQUEST_HEADERS = [
  'content-type',
  'authorization',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
];
/** Headers of answers that a page can read. A refusal says in one when to try again. */
const ANSWER_HEADERS = ['retry-after'];

/** Makes the settings by which API Gateway answers browsers' preflight requests, and adds headers to answers for pages. */
export const corsPreflight = ({
  origins,
  headers = [],
  maxAge = Duration.hours(1),
}: CorsOptions): CorsPreflightOptions => ({
  allowOrigins: [...origins],
  allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
  allowHeaders: [...new Set([...REQUEST_HEADERS, ...headers.map(name => name.toLowerCase())])],
  exposeHeaders: ANSWER_HEADERS,
  maxAge,
});
