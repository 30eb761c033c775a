import { LocalError } from './local-error.ts';

const TOKEN = /^[\w-]{20,}$/;

/** @throws LocalError `local.options_invalid` for a token that is short, or that an address cannot hold as it is */
export function checkToken(token: string): string {
  if (TOKEN.test(token)) return token;
  throw new LocalError(
    'local.options_invalid',
    `dashboardToken has to be at least 20 letters, digits, "_" and "-"; it had ${token.length} characters. Leave it out, and each start makes one.`,
  );
}
