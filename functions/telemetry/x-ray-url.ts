import { SETTINGS_VARIABLES } from '#lib/deployment/settings';

/**
 * Returns the URL at which X-Ray takes traces by OTLP. The URL of the deployment's queues gives its region and its
 * partition's domain (`amazonaws.com`, `amazonaws.com.cn`, …).
 */
export function xRayUrl(environment: NodeJS.ProcessEnv): string {
  const { hostname } = new URL(environment[SETTINGS_VARIABLES.queueUrlBase] ?? '');
  return `https://${hostname.replace(/^sqs\./, 'xray.')}/v1/traces`;
}
