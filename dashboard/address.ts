import { randomBytes } from 'node:crypto';

/** The dashboard's path on the local stack's port. */
export const DASHBOARD_PATH = '/dashboard/';

/** Makes a token for one run of a server. */
export const newToken = (): string => randomBytes(24).toString('base64url');

/** Makes the address that opens the dashboard. A browser does not send the fragment, so no log has the token. */
export const dashboardUrl = (base: string, token: string): string => `${base}#token=${token}`;
