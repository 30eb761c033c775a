export { hostRefusal, LOOPBACK_HOSTS, newToken } from './access.ts';
export { besideApi, DASHBOARD_PATH } from './beside-api.ts';
export { type DashboardOptions, dashboardApp, dashboardUrl } from './dashboard-app.ts';
export type { Fetch } from './fetch.ts';
export { refuse } from './refusal.ts';
