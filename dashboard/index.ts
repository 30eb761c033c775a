export { hostRefusal, LOOPBACK_HOSTS } from './access.ts';
export { DASHBOARD_PATH, dashboardUrl, newToken } from './address.ts';
export { besideApi } from './beside-api.ts';
export { type DashboardOptions, dashboardApp } from './dashboard-app.ts';
export type { Fetch } from './fetch.ts';
export type { ChartsAnswer } from './page/api/charts-answer.ts';
export { refuse } from './refusal.ts';
