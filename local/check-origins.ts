import { LocalError } from './local-error.ts';

const ORIGIN = /^https?:\/\/[^/*\s]+$/;

/** @throws LocalError `local.options_invalid` for what is no origin */
export function checkOrigins(origins: readonly string[]): readonly string[] {
  const wrong = origins.find(origin => !ORIGIN.test(origin));
  if (wrong === undefined) return origins;
  throw new LocalError(
    'local.options_invalid',
    `cors takes origins of web pages, such as http://localhost:5173: no path, no slash at the end, no *. It was ${JSON.stringify(wrong)}.`,
  );
}
