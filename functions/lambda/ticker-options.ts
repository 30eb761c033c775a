import * as v from 'valibot';
import * as ERROR_CODES from '#lib/error-codes';
import { SettingsError } from '#lib/errors';
import { TICKER_DEFAULTS, type TickerOptions } from '#lib/recovery/ticker';

const OPTIONS = v.object({
  CISTERN_TICK_INTERVAL_MS: v.optional(
    v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(100), v.maxValue(30_000)),
    String(TICKER_DEFAULTS.tickIntervalMs),
  ),
  CISTERN_LEADER_ELECTION: v.optional(
    v.picklist(['true', 'false']),
    TICKER_DEFAULTS.leaderElection ? 'true' : 'false',
  ),
});

/**
 * Reads the ticker's options: `CISTERN_TICK_INTERVAL_MS`, 100 to 30,000 (default 1,000), and `CISTERN_LEADER_ELECTION`,
 * true or false (default true).
 * @throws SettingsError `settings.invalid`
 */
export function tickerOptionsFromEnvironment(environment: NodeJS.ProcessEnv = process.env): TickerOptions {
  const result = v.safeParse(OPTIONS, environment);
  if (!result.success) {
    throw new SettingsError(
      ERROR_CODES.settingsInvalid,
      'CISTERN_TICK_INTERVAL_MS has to be 100 to 30000, CISTERN_LEADER_ELECTION true or false.',
    );
  }
  return {
    tickIntervalMs: result.output.CISTERN_TICK_INTERVAL_MS,
    leaderElection: result.output.CISTERN_LEADER_ELECTION === 'true',
  };
}
