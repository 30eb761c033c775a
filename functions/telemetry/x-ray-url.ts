import { SETTINGS_VARIABLES } from '#lib/deployment/settings';

/**
 * Where X-Ray takes traces by OTLP: beside the deployment's queues, in its region and its partition's domain
 * (`amazonaws.com`, `amazonaws.com.cn`, …).
 */
export function xRayUrl(environment: NodeJS.ProcessEnv): string {
  const { hostname } = new URL(environment[SETTINGS_VARIABLES.queueUrlBase] ?? '');
  return `https://${hostname.replace(/^sqs\./, 'xray.')}/v1/traces`;
}
