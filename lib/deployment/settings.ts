import * as v from 'valibot';
import * as ERROR_CODES from '../error-codes.ts';
import { SettingsError } from '../errors.ts';

/** What a process needs to know to reach a deployment. The AWS SDK finds the credentials. */
export interface Settings {
  /** The deployment's name. Its table has the same name, and the names of its queues and functions begin with it. */
  readonly deployment: string;
  /** A queue's URL without its name: `https://sqs.eu-west-1.amazonaws.com/123456789012/`. */
  readonly queueUrlBase: string;
  /** The EventBridge bus that batches with `events: true` put their events on. Default: the account's default bus. */
  readonly eventBus?: string;
  /**
   * Whether adds and attempts are traced, by the OpenTelemetry SDK that the process has registered. Each chunk then
   * keeps the trace that it was added in, and a batch's attempts link to these traces. Default `false`.
   */
  readonly tracing?: boolean;
  /** Default: as the SDK finds it (`AWS_REGION`, the profile). */
  readonly region?: string;
  /**
   * URLs of an emulator's DynamoDB, SQS and EventBridge. Without `eventbridge`, events are dropped. Default: AWS, or
   * `AWS_ENDPOINT_URL`.
   */
  readonly endpoints?: { readonly dynamodb: string; readonly sqs: string; readonly eventbridge?: string };
}

const DEPLOYMENT_RULE = '3 to 24 letters, digits and hyphens, beginning with a letter';
/** Words that follow the deployment's name in the names of queues and functions (`topology`). */
const TAKEN = /-(on|jobs|dead|pool)(-|$)/;
const TAKEN_RULE =
  'a name without "-on", "-jobs", "-dead" or "-pool" at its end or before another hyphen: names of another deployment’s functions and queues begin so';
const URL_RULE =
  'the URL of the deployment’s queues up to the last slash, such as https://sqs.eu-west-1.amazonaws.com/123456789012/';
const BUS_RULE = 'the name of an event bus: 1 to 256 letters, digits and "/.-_"';
const SETTINGS = v.strictObject({
  deployment: v.pipe(
    v.string(DEPLOYMENT_RULE),
    v.regex(/^[A-Za-z][A-Za-z0-9-]{2,23}$/, DEPLOYMENT_RULE),
    v.check(name => !TAKEN.test(name), TAKEN_RULE),
  ),
  queueUrlBase: v.pipe(v.string(URL_RULE), v.regex(/^https?:\/\/[^/]+\/(.*\/)?$/, URL_RULE)),
  eventBus: v.optional(v.pipe(v.string(BUS_RULE), v.regex(/^[/.\-_A-Za-z0-9]{1,256}$/, BUS_RULE))),
  tracing: v.optional(v.boolean('true or false')),
  region: v.optional(v.string('a region such as eu-west-1')),
  endpoints: v.optional(
    v.object({
      dynamodb: v.string('a URL'),
      sqs: v.string('a URL'),
      eventbridge: v.optional(v.string('a URL')),
    }),
  ),
});

/** The variables that `settingsFromEnvironment` reads. */
export const SETTINGS_VARIABLES = {
  deployment: 'CISTERN_DEPLOYMENT',
  queueUrlBase: 'CISTERN_QUEUE_URL_BASE',
  eventBus: 'CISTERN_EVENT_BUS',
  tracing: 'CISTERN_TRACING',
} as const;

/**
 * Checks settings.
 * @throws SettingsError `settings.invalid`, naming the setting, its value and what is allowed
 */
export function parseSettings(settings: Settings): Settings {
  const result = v.safeParse(SETTINGS, settings, { abortEarly: true });
  if (result.success) return settings;
  const [issue] = result.issues;
  const name = v.getDotPath(issue) ?? 'settings';
  throw new SettingsError(
    ERROR_CODES.settingsInvalid,
    `The setting ${name} must be ${issue.message}; it was ${JSON.stringify(issue.input)}.`,
    { details: { setting: name, value: issue.input } },
  );
}

/** Reads a switch. Any text but `false` turns it on: the deployed functions have a URL or `xray` here. */
const isOn = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== 'false';

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
  const eventBus = environment[SETTINGS_VARIABLES.eventBus];
  return parseSettings({
    ...(eventBus && { eventBus }),
    ...(isOn(environment[SETTINGS_VARIABLES.tracing]) && { tracing: true }),
    deployment: read(SETTINGS_VARIABLES.deployment),
    queueUrlBase: read(SETTINGS_VARIABLES.queueUrlBase),
  });
}
