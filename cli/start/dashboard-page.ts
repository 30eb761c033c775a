type Fetch = (request: Request) => Response | Promise<Response>;

/** What serves the page on this machine, in front of an API. */
export interface DashboardPage {
  readonly newToken: () => string;
  readonly dashboardApp: (options: {
    readonly api: Fetch;
    readonly token: string;
    readonly readOnly?: boolean;
  }) => Fetch;
  /** The address that opens the page, with the token. */
  readonly dashboardUrl: (base: string, token: string) => string;
}

export type LoadDashboard = () => Promise<DashboardPage>;

/** The page's server, loaded when it is wanted. */
export const loadDashboard: LoadDashboard = () => import('#dashboard/index');
