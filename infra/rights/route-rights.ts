import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type HttpRoute, toHttpRoute } from '#lib/operations/definition/route';
import { HTTP_ROUTES } from '#lib/operations/routes';
import { OPERATIONS } from '#lib/operations/table';
import { refuseSetting } from '../options/refuse-setting.ts';

/** The operators' routes that a principal may call. */
export interface OperateRights {
  /**
   * The batches. Only the routes of these batches are allowed. Routes about all batches are not, and neither are those of a
   * job's id, since the id does not show its batch. Default: all routes.
   */
  readonly batches?: readonly string[];
  /** The operations, by their names in the OpenAPI document (`operationId`), such as `pause`. Default: all. */
  readonly operations?: readonly string[];
}

/** An API and the deployment whose batches it has. */
export interface ApiReach {
  readonly apiId: string;
  /** The API's region. Default: the stack's. */
  readonly region?: string;
  readonly account?: string;
}

/**
 * Any whole id of a job, a UUID: `?` is any one character. A pattern of this length matches no longer path, where `*` would
 * match `/v1/jobs/ID/window` too. The beginning of an id is refused: a shorter pattern would match that path as well.
 */
const WHOLE_ID = [8, 4, 4, 4, 12].map(length => '?'.repeat(length)).join('-');

/** A route with its job as a pattern, so that no other route matches. */
const narrowed = ({ path, ...route }: HttpRoute): HttpRoute => ({
  ...route,
  path: path.replace(/\{job\}$/, WHOLE_ID),
});

const isOfBatch = ({ path }: HttpRoute): boolean => path.includes('{batch}');

/** Makes the statements to call producers' routes, of these batches or of all. */
export const addRouteRights = (
  scope: Construct,
  api: ApiReach,
  batches: readonly string[],
): PolicyStatement[] => invoke(scope, api, HTTP_ROUTES.ingest, batches.length === 0 ? ['*'] : batches);

/**
 * Makes the statements to call operators' routes.
 *
 * @param known the names of all batches: `*` in a policy matches slashes as well, so that a pattern for one operation
 *   would let in others
 * @throws SettingsError `settings.invalid` for an operation that there is not, or that is of no single batch
 */
export function operateRouteRights(
  scope: Construct,
  api: ApiReach,
  { batches, operations }: OperateRights,
  known: readonly string[],
): PolicyStatement[] {
  const all = OPERATIONS.filter(({ answeredBy }) => answeredBy === 'adminHttp').map(({ name, route }) => ({
    name: name as string,
    ...toHttpRoute(route),
  }));
  if (operations === undefined) {
    if (batches === undefined) return invoke(scope, api, all, ['*']);
    return invoke(scope, api, all.filter(isOfBatch), batches);
  }
  const chosen = operations.map(operation => {
    const found = all.find(({ name }) => name === operation);
    if (found === undefined) {
      return refuseSetting('operations', `some of ${all.map(({ name }) => name).join(', ')}`, operation);
    }
    if (batches !== undefined && !isOfBatch(found)) {
      const those = all.filter(isOfBatch).map(({ name }) => name);
      return refuseSetting('operations', `with batches, some of ${those.join(', ')}`, operation);
    }
    return found;
  });
  return invoke(scope, api, chosen.map(narrowed), batches ?? known);
}

function invoke(
  scope: Construct,
  { apiId, region, account }: ApiReach,
  routes: readonly HttpRoute[],
  batches: readonly string[],
): PolicyStatement[] {
  const names = batches.flatMap(waysToWrite);
  const paths = routes.flatMap(route => {
    const { method } = route;
    const path = route.path.replace('{job}', '*');
    return isOfBatch(route)
      ? names.map(name => `${method}${path.replace('{batch}', name)}`)
      : [`${method}${path}`];
  });
  const place = { ...(region && { region }), ...(account && { account }) };
  const resources = paths.map(path =>
    Stack.of(scope).formatArn({
      service: 'execute-api',
      resource: apiId,
      resourceName: `$default/${path}`,
      ...place,
    }),
  );
  return [new PolicyStatement({ actions: ['execute-api:Invoke'], resources })];
}

/** Lists the forms of a name in a path. AWS does not say whether it decodes a path before it checks a policy. */
const waysToWrite = (batch: string): string[] =>
  batch === '*' ? ['*'] : [...new Set([batch, encodeURIComponent(batch)])];
