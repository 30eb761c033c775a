export type { ChartsAnswer } from '#dashboard/index';

type Fetch = (request: Request) => Response | Promise<Response>;

/** The functions that serve the dashboard on this machine, in front of an API. */
export interface DashboardPage {
  readonly newToken: () => string;
  readonly dashboardApp: (options: {
    readonly api: Fetch;
    readonly token: string;
    readonly readOnly?: boolean;
  }) => Fetch;
  /** Makes the address that opens the page, with the token. */
  readonly dashboardUrl: (base: string, token: string) => string;
}

export type LoadDashboard = () => Promise<DashboardPage>;

/** Loads the page's server. */
export const loadDashboard: LoadDashboard = () => import('#dashboard/index');
