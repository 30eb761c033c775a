import * as ERROR_CODES from '#lib/error-codes';
import { SettingsError } from '#lib/errors';
import { ADMIN_ACTIONS, type AdminAction } from '#lib/topology';

/**
 * Reads from `CISTERN_ACTION` which action this function does.
 * @throws SettingsError `settings.invalid`
 */
export function actionFromEnvironment(environment: NodeJS.ProcessEnv = process.env): AdminAction {
  const given = environment['CISTERN_ACTION'];
  const action = ADMIN_ACTIONS.find(name => name === given);
  if (action) return action;
  throw new SettingsError(
    ERROR_CODES.settingsInvalid,
    `CISTERN_ACTION has to be one of ${ADMIN_ACTIONS.join(', ')}; it was ${JSON.stringify(given)}.`,
  );
}
