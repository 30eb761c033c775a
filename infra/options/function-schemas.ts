import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { LogGroupClass, RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import type { BundlingOptions } from '../bundling/bundling-options.ts';
import { nodeMajorOf, OLDEST_NODE } from '../bundling/node-major.ts';
import type { FunctionDefaults } from '../cistern-props.ts';
import { LOG_LEVELS } from '../telemetry/telemetry-options.ts';
import type {
  ConsumerOptions,
  EventSourceOptions,
  FunctionOptions,
  HandlerFunctionOptions,
  SharedFunctionsOptions,
} from './function-options.ts';
import { byName, type EntriesOf, flag, group, having, orToken, text, whole } from './setting-schemas.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
const VARIABLE_RULE =
  'variables whose names are letters, digits and _, two or more, beginning with a letter, and none that Lambda sets itself or that begins with CISTERN_';
const VARIABLE = text(
  /^(?!(AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(?!EXEC_WRAPPER)\w+|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$|CISTERN_)[A-Za-z]\w+$/,
  VARIABLE_RULE,
);

const PROCESSORS = [Architecture.ARM_64.name, Architecture.X86_64.name];
export const architecture = v.optional(
  v.custom(
    given => PROCESSORS.includes((given as Partial<Architecture> | null)?.name ?? ''),
    'Architecture.ARM_64 or Architecture.X86_64',
  ),
);

const texts = v.optional(v.array(v.string('a string'), 'an array of strings'));
const textsByName = v.optional(v.record(v.string(), v.string('a string'), 'an object of strings'));
const path = v.optional(v.string('a string'));
const OWN_BUNDLING = v.optional(
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

/** The schema of `bundling` of all functions. `false` is for tests, which deploy nothing. */
export const BUNDLING = v.optional(
  v.lazy(given => (typeof given === 'boolean' ? v.literal(false, 'false, or an object') : OWN_BUNDLING)),
);

const KEPT_LOGS = Object.values(RetentionDays).filter(days => typeof days === 'number');
export const keptLogs = orToken(
  v.picklist(KEPT_LOGS, `one of RetentionDays’ numbers of days (${KEPT_LOGS.join(', ')})`),
);
export const logLevel = v.optional(v.picklist(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`));

/** Checks an object of CDK's by the value of one of its methods. It works across several copies of CDK's library. */
const measured = (method: string, within: (value: number) => boolean, rule: string) =>
  v.optional(
    v.custom(given => {
      if (typeof given !== 'object' || given === null || !(method in given)) return false;
      if ((given as { isUnresolved?(): boolean }).isUnresolved?.()) return false;
      return within((given as Record<string, () => number>)[method]?.() ?? Number.NaN);
    }, rule),
  );

const wholeWithin = (least: number, most: number) => (value: number) =>
  Number.isInteger(value) && value >= least && value <= most;

const LOG_CLASSES = [LogGroupClass.STANDARD, LogGroupClass.INFREQUENT_ACCESS];
const RUNTIMES = `a runtime of Node.js ${OLDEST_NODE} or newer, such as Runtime.NODEJS_24_X`;

const DEFAULTS: EntriesOf<FunctionDefaults> = {
  memorySize: orToken(whole(128, 10_240)),
  runtime: v.optional(v.custom(given => nodeMajorOf(given) >= OLDEST_NODE, RUNTIMES)),
  environment: v.optional(byName(v.string('a string'), VARIABLE_RULE, VARIABLE)),
  layers: v.optional(v.array(having('layerVersionArn', 'a layer’s version'), 'an array of layers')),
  ephemeralStorageSize: measured(
    'toMebibytes',
    wholeWithin(512, 10_240),
    'a Size of 512 to 10,240 MiB, in whole MiB',
  ),
  vpc: v.optional(having('vpcId', 'a VPC')),
  vpcSubnets: v.optional(v.looseObject({}, 'a selection of subnets')),
  securityGroups: v.optional(v.array(having('securityGroupId', 'a security group'), 'an array')),
  logRetention: keptLogs,
  logGroupClass: v.optional(
    v.picklist(LOG_CLASSES, 'LogGroupClass.STANDARD or LogGroupClass.INFREQUENT_ACCESS'),
  ),
  logLevel,
};

const OWN: EntriesOf<FunctionOptions> = {
  architecture,
  ...DEFAULTS,
  timeout: measured('toSeconds', wholeWithin(1, 900), 'a Duration of 1 to 900 seconds, in whole seconds'),
  reservedConcurrentExecutions: v.optional(whole(1)),
  provisionedConcurrentExecutions: v.optional(whole(1)),
};
const HANDLER: EntriesOf<HandlerFunctionOptions> = { ...OWN, bundling: OWN_BUNDLING };

const POLLERS = group<NonNullable<EventSourceOptions['provisionedPollerConfig']>>({
  minimumPollers: v.optional(whole(2, 200)),
  maximumPollers: v.optional(whole(2, 2_000)),
});

export const FUNCTION_DEFAULTS = group<FunctionDefaults>(DEFAULTS);

export const CONSUMER = group<ConsumerOptions>({
  ...HANDLER,
  eventSource: v.optional(
    group<EventSourceOptions>({
      maxConcurrency: v.optional(whole(2, 1_000)),
      provisionedPollerConfig: v.optional(POLLERS),
    }),
  ),
});

const FUNCTION = v.optional(group<FunctionOptions>(OWN));
export const SHARED_FUNCTIONS = group<SharedFunctionsOptions>({
  ingest: FUNCTION,
  adminHttp: FUNCTION,
  admin: FUNCTION,
  timer: FUNCTION,
  ticker: FUNCTION,
  deadLetter: v.optional(group<HandlerFunctionOptions>(HANDLER)),
});
