import { inspect } from 'node:util';
import * as ERROR_CODES from '#lib/error-codes';
import { SettingsError } from '#lib/errors';

/**
 * Ends a synthesis over a setting that cannot be.
 *
 * @param rule what it has to be, as in "must be …"
 * @throws SettingsError `settings.invalid`, naming the setting, its value and what is allowed
 */
export const refuseSetting = (setting: string, rule: string, value: unknown): never =>
  refuse(`The setting ${setting} must be ${rule}; it was ${show(value)}.`, setting, value);

/**
 * Ends a synthesis over a setting that there is not.
 *
 * @param known the names of those that there are
 * @throws SettingsError `settings.invalid`
 */
export const refuseUnknownSetting = (setting: string, known: string, value: unknown): never =>
  refuse(`There is no setting ${setting}; in its place there may be: ${known}.`, setting, value);

function refuse(message: string, setting: string, value: unknown): never {
  throw new SettingsError(ERROR_CODES.settingsInvalid, message, { details: { setting, value } });
}

/** A value as its writer knows it; constructs refer to each other in circles, and are shown from outside. */
const show = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 0, breakLength: Infinity });
