import { inspect } from 'node:util';
import * as ERROR_CODES from '#lib/error-codes';
import { SettingsError } from '#lib/errors';

/**
 * Ends a synthesis because of a setting that is not allowed.
 *
 * @param rule what is allowed, as in "must be …"
 * @throws SettingsError `settings.invalid`, naming the setting, its value and what is allowed
 */
export const refuseSetting = (setting: string, rule: string, value: unknown): never =>
  refuse(`The setting ${setting} must be ${rule}; it was ${show(value)}.`, setting, value);

/**
 * Ends a synthesis because of an unknown setting.
 *
 * @param known the names of the known settings
 * @throws SettingsError `settings.invalid`
 */
export const refuseUnknownSetting = (setting: string, known: string, value: unknown): never =>
  refuse(`There is no setting ${setting}; in its place there may be: ${known}.`, setting, value);

function refuse(message: string, setting: string, value: unknown): never {
  throw new SettingsError(ERROR_CODES.settingsInvalid, message, { details: { setting, value } });
}

/** Writes a value for a message, without nested objects, since constructs refer to each other in circles. */
const show = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 0, breakLength: Infinity });
