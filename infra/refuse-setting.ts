import { ERROR_CODES, SettingsError } from '#lib/errors';

/**
 * Ends a synthesis over a setting that cannot be.
 *
 * @param rule what it has to be, as in "must be …"
 * @throws SettingsError `settings.invalid`, naming the setting, its value and what is allowed
 */
export function refuseSetting(setting: string, rule: string, value: unknown): never {
  throw new SettingsError(
    ERROR_CODES.settingsInvalid,
    `The setting ${setting} must be ${rule}; it was ${typeof value === 'number' ? value : JSON.stringify(value)}.`,
    { details: { setting, value } },
  );
}
