import { type Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import * as v from 'valibot';
import type { CorsOptions, DeploymentOptions, HttpOptions } from '../cistern-props.ts';
import { INTERVAL_MS, type TickerOptions } from '../environment/ticker-environment.ts';
import type { AlarmOptions } from '../monitoring/monitoring-options.ts';
import { Tracing } from '../telemetry/tracing.ts';
import { checkGiven } from './check-given.ts';
import {
  architecture,
  BUNDLING,
  CONSUMER,
  FUNCTION_DEFAULTS,
  keptLogs,
  logLevel,
  SHARED_FUNCTIONS,
} from './function-schemas.ts';
import { HttpAccess } from './http-access.ts';
import {
  byName,
  flag,
  group,
  having,
  orToken,
  someOf,
  text,
  tokenOr,
  unchecked,
  whole,
} from './setting-schemas.ts';
import { TABLE } from './table-schema.ts';

const POLICIES = [RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, RemovalPolicy.DESTROY];

const DOMAIN_RULE = 'the name of a domain, such as batches.example.com';
const ACCESS_RULE = 'HttpAccess.iam(), .jwt(…), .lambda(…) or .openToTheInternet()';
const ORIGIN_RULE =
  'an origin as browsers send it, in lower case and without a path, such as https://www.example.com; https://* or * for all';
const ORIGINS_RULE = 'an array of one origin or more';
const HEADER_RULE = 'the name of a header';
const HEADERS_RULE = 'an array of one name of a header or more';
const DAY_SECONDS = 86_400;
const AGE_RULE = 'a Duration of up to a day';
/** API Gateway compares what a browser sends, character by character. */
const isOrigin = (origin: string): boolean =>
  ['*', 'http://*', 'https://*'].includes(origin) ||
  (/^https?:/.test(origin) &&
    URL.canParse(origin) &&
    !origin.includes('*') &&
    new URL(origin).origin === origin);
const HTTP = group<HttpOptions>({
  add: v.optional(v.custom(given => given instanceof HttpAccess, ACCESS_RULE)),
  operate: v.optional(
    v.custom(given => given === false || given instanceof HttpAccess, `false, or ${ACCESS_RULE}`),
  ),
  cors: v.optional(
    group<CorsOptions>({
      origins: someOf(tokenOr(v.pipe(v.string(ORIGIN_RULE), v.check(isOrigin, ORIGIN_RULE))), ORIGINS_RULE),
      headers: v.optional(someOf(text(/^[\w-]+$/, HEADER_RULE), HEADERS_RULE)),
      maxAge: v.optional(
        v.pipe(
          having('toSeconds', AGE_RULE),
          v.check(age => (age as Duration).toSeconds() <= DAY_SECONDS, AGE_RULE),
        ),
      ),
    }),
  ),
  rateLimit: orToken(whole(1)),
  burstLimit: orToken(whole(1)),
  accessLog: flag,
  domain: v.optional(
    group<NonNullable<HttpOptions['domain']>>({
      name: tokenOr(text(/^([a-z\d-]+\.)+[a-z\d-]+$/i, DOMAIN_RULE)),
      certificate: having('certificateArn', 'a certificate of ACM'),
    }),
  ),
});

const ALARMS = group<AlarmOptions>({
  topic: v.optional(having('topicArn', 'an SNS topic')),
  oldItems: v.optional(byName(having('toMilliseconds', 'a Duration'), 'Durations by the names of batches')),
});

const OPTIONS = group<DeploymentOptions>({
  // these two are checked together with the settings of all processes (`parseSettings`)
  deployment: unchecked,
  eventBus: unchecked,
  removalPolicy: v.optional(v.picklist(POLICIES, `RemovalPolicy.RETAIN or DESTROY (${POLICIES.join(', ')})`)),
  encryptionKey: v.optional(having('keyArn', 'a key of KMS')),
  producers: v.optional(v.array(having('policyFragment', 'a principal of IAM'), 'an array of principals')),
  architecture,
  logRetention: keptLogs,
  bundling: BUNDLING,
  table: v.optional(TABLE),
  functionDefaults: v.optional(FUNCTION_DEFAULTS),
  functions: v.optional(SHARED_FUNCTIONS),
  consumers: v.optional(byName(CONSUMER, 'an object of settings by the names of batches')),
  pools: v.optional(byName(CONSUMER, 'an object of settings by the names of pools')),
  http: v.optional(HTTP),
  ticker: v.optional(
    group<TickerOptions>({
      intervalMs: v.optional(whole(INTERVAL_MS.min, INTERVAL_MS.max)),
      leaderElection: flag,
    }),
  ),
  dashboard: flag,
  alarms: v.optional(
    v.lazy(given => (typeof given === 'boolean' ? v.literal(false, 'false, or an object') : ALARMS)),
  ),
  metrics: flag,
  logLevel,
  tracing: v.optional(v.custom(given => given instanceof Tracing, 'Tracing.otlp(…) or Tracing.xray()')),
});

/**
 * Checks a deployment's settings, as far as they are known before the deployment. JavaScript, and TypeScript that reads
 * a setting from the context, can pass any value. AWS would refuse a wrong one only in the middle of a deployment.
 *
 * @throws SettingsError `settings.invalid`, naming the setting, its value and what is allowed
 */
export const checkOptions = (options: DeploymentOptions): void => checkGiven(OPTIONS, options);
