import { randomBytes } from 'node:crypto';

/** Where the dashboard is on the local stack's one port. */
export const DASHBOARD_PATH = '/dashboard/';

/** A token for one run of a server. */
export const newToken = (): string => randomBytes(24).toString('base64url');

/** The address that opens the dashboard. In the fragment the token is sent to nobody, and no log has it. */
export const dashboardUrl = (base: string, token: string): string => `${base}#token=${token}`;
