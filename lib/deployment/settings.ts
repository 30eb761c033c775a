import * as v from 'valibot';
import * as ERROR_CODES from '../error-codes.ts';
import { SettingsError } from '../errors.ts';

/** What a process needs to know to reach a deployment. The AWS SDK finds the credentials. */
export interface Settings {
  /** The deployment's name. Its table has the same name, and the names of its queues and functions begin with it. */
  readonly deployment: string;
  /** A queue's URL without its name: `https://sqs.eu-west-1.amazonaws.com/123456789012/`. */
  readonly queueUrlBase: string;
  /**
   * The table's ARN, for a deployment of another account or region: its region is `region`'s default. Default: the table
   * of that name in the process's own account and region.
   */
  readonly tableArn?: string | undefined;
  /**
   * The EventBridge bus that batches with `events: true` put their events on, by its name, or by its ARN in another
   * account. Default: the account's default bus.
   */
  readonly eventBus?: string | undefined;
  /**
   * Whether adds and attempts are traced, by the OpenTelemetry SDK that the process has registered. Each chunk then
   * keeps the trace that it was added in, and a batch's attempts link to these traces. Default `false`.
   */
  readonly tracing?: boolean | undefined;
  /** Default: the table's, where `tableArn` says it; else as the SDK finds it (`AWS_REGION`, the profile). */
  readonly region?: string | undefined;
  /**
   * URLs of an emulator's DynamoDB, SQS and EventBridge. Without `eventbridge`, events are dropped. Default: AWS, or
   * `AWS_ENDPOINT_URL`.
   */
  readonly endpoints?: { readonly dynamodb: string; readonly sqs: string; readonly eventbridge?: string };
}

const DEPLOYMENT_RULE = '3 to 24 letters, digits and hyphens, beginning with a letter';
/**
 * Words that follow the deployment's name in the names of queues and functions (`topology`): a deployment of such a name
 * could have another one's queue.
 */
const TAKEN = /-(on|jobs|dead|pool)(-|$)/;
const TAKEN_RULE = 'a name without "-on", "-jobs", "-dead" or "-pool" at its end or before another hyphen';
const URL_RULE =
  'the URL of the deployment’s queues up to the last slash, such as https://sqs.eu-west-1.amazonaws.com/123456789012/';
const ARN_RULE = 'the ARN of a table';
const BUS_RULE = 'an event bus’s name or ARN: letters, digits and "/.-_:"';
const text = (pattern: RegExp, rule: string) => v.pipe(v.string(rule), v.regex(pattern, rule));
const url = v.string('a URL');
const SETTINGS = v.strictObject({
  deployment: v.pipe(
    text(/^[A-Za-z][A-Za-z0-9-]{2,23}$/, DEPLOYMENT_RULE),
    v.check(name => !TAKEN.test(name), TAKEN_RULE),
  ),
  queueUrlBase: text(/^https?:\/\/[^/]+\/(.*\/)?$/, URL_RULE),
  tableArn: v.optional(text(/^arn:[\w-]+:dynamodb:[\w-]+:\d+:table\/[\w.-]+$/, ARN_RULE)),
  eventBus: v.optional(text(/^[\w/.:-]{1,350}$/, BUS_RULE)),
  tracing: v.optional(v.boolean('true or false')),
  region: v.optional(v.string('a region')),
  endpoints: v.optional(v.object({ dynamodb: url, sqs: url, eventbridge: v.optional(url) })),
});

/** The variables that `settingsFromEnvironment` reads. */
export const SETTINGS_VARIABLES = {
  deployment: 'CISTERN_DEPLOYMENT',
  queueUrlBase: 'CISTERN_QUEUE_URL_BASE',
  tableArn: 'CISTERN_TABLE_ARN',
  eventBus: 'CISTERN_EVENT_BUS',
  tracing: 'CISTERN_TRACING',
} as const;

/**
 * Checks settings, and takes the region from the table's ARN where none is given.
 * @throws SettingsError `settings.invalid`, naming the setting, its value and what is allowed
 */
export function parseSettings(settings: Settings): Settings {
  const result = v.safeParse(SETTINGS, settings, { abortEarly: true });
  if (result.success) {
    const { region, tableArn } = settings;
    return { ...settings, region: region ?? tableArn?.split(':')[3] };
  }
  const [issue] = result.issues;
  const name = v.getDotPath(issue) ?? 'settings';
  throw new SettingsError(
    ERROR_CODES.settingsInvalid,
    `The setting ${name} must be ${issue.message}; it was ${JSON.stringify(issue.input)}.`,
    { details: { setting: name, value: issue.input } },
  );
}

/** Reads a switch. Any text but `false` turns it on: the deployed functions have a URL or `xray` here. */
const isOn = (value: string | undefined): boolean => !!value && value !== 'false';

/**
 * Reads the settings from the environment variables that every function of a deployment has.
 * @throws SettingsError `settings.missing`, naming the variable, or `settings.invalid`
 */
export function settingsFromEnvironment(environment: NodeJS.ProcessEnv = process.env): Settings {
  const read = (variable: string): string => {
    const value = environment[variable];
    if (value) return value;
    throw new SettingsError(
      ERROR_CODES.settingsMissing,
      `This process does not know its deployment: ${variable} is not set. Set ${SETTINGS_VARIABLES.deployment} and ${SETTINGS_VARIABLES.queueUrlBase} (\`cdk deploy\` prints both), call configure(), or start a local one with startLocal().`,
      { details: { variable } },
    );
  };
  return parseSettings({
    // a variable that is set to nothing is not set
    tableArn: environment[SETTINGS_VARIABLES.tableArn] || undefined,
    eventBus: environment[SETTINGS_VARIABLES.eventBus] || undefined,
    tracing: isOn(environment[SETTINGS_VARIABLES.tracing]),
    deployment: read(SETTINGS_VARIABLES.deployment),
    queueUrlBase: read(SETTINGS_VARIABLES.queueUrlBase),
  });
}
