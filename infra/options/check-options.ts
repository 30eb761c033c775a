import { type Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import type { BundlingOptions } from '../bundling/bundling-options.ts';
import type {
  CorsOptions,
  DeploymentOptions,
  HandlerFunctionOptions,
  HttpOptions,
} from '../cistern-props.ts';
import { INTERVAL_MS, type TickerOptions } from '../environment/ticker-environment.ts';
import type { AlarmOptions } from '../monitoring/monitoring-options.ts';
import { LOG_LEVELS } from '../telemetry/telemetry-options.ts';
import { Tracing } from '../telemetry/tracing.ts';
import { HttpAccess } from './http-access.ts';
import { refuseSetting, refuseUnknownSetting } from './refuse-setting.ts';

/** A schema for each property of a type, and no other. */
type EntriesOf<T> = Readonly<Record<keyof T, v.GenericSchema>>;

/** Accepts a token too: its value is known only at the deployment, and cannot be checked here. */
const orToken = (schema: v.GenericSchema) =>
  v.optional(v.lazy(given => (Token.isUnresolved(given) ? v.unknown() : schema)));

const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => {
  const rule = `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`;
  return v.pipe(v.number(rule), v.safeInteger(rule), v.minValue(least, rule), v.maxValue(most, rule));
};

/** Recognizes an object of CDK's by a property that all of its kind have. */
const having = (property: string, rule: string) =>
  v.custom(given => typeof given === 'object' && given !== null && property in given, rule);

const text = (pattern: RegExp, rule: string) => v.pipe(v.string(rule), v.regex(pattern, rule));

const flag = v.optional(v.boolean('true or false'));

const someOf = (each: v.GenericSchema, rule: string) => v.pipe(v.array(each, rule), v.minLength(1, rule));

/** Makes the schema of an object with these properties. The issue of an unknown property lists the known ones. */
const group = <T>(entries: EntriesOf<T>) => {
  const names = Object.keys(entries).join(', ');
  return v.strictObject(entries, issue => (issue.expected === 'never' ? names : `an object of ${names}`));
};

/** Makes the schema of an object with entries of any name. `v.record` would ignore an entry named `constructor`. */
const byName = <S extends v.GenericSchema>(
  entry: S,
  rule: string,
  name: v.GenericSchema<string> = v.string(),
) =>
  v.pipe(
    v.custom<object>(given => typeof given === 'object' && given !== null && !Array.isArray(given), rule),
    v.transform(given => new Map<unknown, unknown>(Object.entries(given))),
    v.map(name, entry, rule),
  );

const KEPT_LOGS = Object.values(RetentionDays).filter(days => typeof days === 'number');
const PROCESSORS = [Architecture.ARM_64.name, Architecture.X86_64.name];
const POLICIES = [RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, RemovalPolicy.DESTROY];

// https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html
const VARIABLE_RULE = 'variables whose names are letters, digits and _, two or more, beginning with a letter';

const texts = v.optional(v.array(v.string('a string'), 'an array of strings'));
const textsByName = v.optional(v.record(v.string(), v.string('a string'), 'an object of strings'));
const path = v.optional(v.string('a string'));
const BUNDLING = v.optional(
  group<BundlingOptions>({
    banner: path,
    charset: path,
    commandHooks: v.optional(having('afterBundling', 'an object of CDK’s ICommandHooks')),
    define: textsByName,
    esbuildArgs: v.optional(v.looseObject({}, 'an object of flags')),
    externalModules: texts,
    footer: path,
    inject: texts,
    keepNames: flag,
    loader: textsByName,
    mainFields: texts,
    minify: flag,
    nodeModules: texts,
    sourceMap: flag,
    sourceMapMode: path,
    sourcesContent: flag,
    target: path,
    tsconfig: path,
  }),
);

const FUNCTION = group<HandlerFunctionOptions>({
  memorySize: orToken(whole(128, 10_240)),
  environment: v.optional(byName(v.string('a string'), VARIABLE_RULE, text(/^[A-Za-z]\w+$/, VARIABLE_RULE))),
  layers: v.optional(v.array(having('layerVersionArn', 'a layer’s version'), 'an array of layers')),
  vpc: v.optional(having('vpcId', 'a VPC')),
  vpcSubnets: v.optional(v.looseObject({}, 'a selection of subnets')),
  securityGroups: v.optional(v.array(having('securityGroupId', 'a security group'), 'an array')),
  bundling: BUNDLING,
});

const DOMAIN_RULE = 'the name of a domain, such as batches.example.com';
const ACCESS_RULE = 'HttpAccess.iam(), .jwt(…), .lambda(…) or .openToTheInternet()';
const ORIGIN_RULE = 'an origin without a path, such as https://www.example.com; https://* or * for all';
const ORIGINS_RULE = 'an array of one origin or more';
const HEADER_RULE = 'the name of a header';
const HEADERS_RULE = 'an array of one name of a header or more';
const DAY_SECONDS = 86_400;
const AGE_RULE = 'a Duration of up to a day';
const HTTP = group<HttpOptions>({
  add: v.optional(v.custom(given => given instanceof HttpAccess, ACCESS_RULE)),
  operate: v.optional(
    v.custom(given => given === false || given instanceof HttpAccess, `false, or ${ACCESS_RULE}`),
  ),
  cors: v.optional(
    group<CorsOptions>({
      origins: someOf(orToken(text(/^(\*|https?:\/\/(\*|[^/*\s]+))$/, ORIGIN_RULE)), ORIGINS_RULE),
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
      name: orToken(text(/^([a-z\d-]+\.)+[a-z\d-]+$/i, DOMAIN_RULE)),
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
  deployment: v.optional(v.unknown()),
  eventBus: v.optional(v.unknown()),
  removalPolicy: v.optional(v.picklist(POLICIES, `RemovalPolicy.RETAIN or DESTROY (${POLICIES.join(', ')})`)),
  encryptionKey: v.optional(having('keyArn', 'a key of KMS')),
  architecture: v.optional(
    v.custom(
      given => PROCESSORS.includes((given as Partial<Architecture> | null)?.name ?? ''),
      'Architecture.ARM_64 or Architecture.X86_64',
    ),
  ),
  logRetention: orToken(
    v.picklist(KEPT_LOGS, `one of RetentionDays’ numbers of days (${KEPT_LOGS.join(', ')})`),
  ),
  bundling: BUNDLING,
  consumers: v.optional(byName(FUNCTION, 'an object of settings by the names of batches')),
  pools: v.optional(byName(FUNCTION, 'an object of settings by the names of pools')),
  deadLetter: v.optional(FUNCTION),
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
  logLevel: v.optional(v.picklist(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`)),
  tracing: v.optional(v.custom(given => given instanceof Tracing, 'Tracing.otlp(…) or Tracing.xray()')),
});

/**
 * Checks a deployment's settings, as far as they are known before the deployment. JavaScript, and TypeScript that reads
 * a setting from the context, can pass any value. AWS would refuse a wrong one only in the middle of a deployment.
 *
 * @throws SettingsError `settings.invalid`, naming the setting, its value and what is allowed
 */
export function checkOptions(options: DeploymentOptions): void {
  const result = v.safeParse(OPTIONS, options, { abortEarly: true });
  if (result.success) return;
  const [issue] = result.issues;
  const setting = v.getDotPath(issue) ?? 'props';
  const value = issue.path?.at(-1)?.value;
  if (issue.expected === 'never') refuseUnknownSetting(setting, issue.message, value);
  refuseSetting(setting, issue.message, value);
}
