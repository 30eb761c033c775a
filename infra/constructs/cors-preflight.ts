import { Duration } from 'aws-cdk-lib';
import { CorsHttpMethod, type CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import type { CorsOptions } from '../cistern-props.ts';

/** What an add needs, whichever access lets it in: a type, a token, or a signature. */
const REQUEST_HEADERS = [
  'content-type',
  'authorization',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
];
/** When to try again: a page sees no other header of a refusal but those that are named here. */
const ANSWER_HEADERS = ['retry-after'];

/** What API Gateway answers to browsers that ask before they send, and adds to its answers to pages. */
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
