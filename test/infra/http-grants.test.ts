import { describe, expect, test } from '@jest/globals';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { HTTP_ROUTES } from '#lib/operations/routes';
import { OPERATIONS } from '#lib/operations/table';
import { type CisternResources, HttpAccess, type HttpOptions } from '../../infra/index.ts';
import { BATCHES, batchesNamed, synthesise } from './synthesise.ts';

const JOB = '0b9cf7a2-52a4-5f0e-9b8e-3f2c61f0a4d1';

interface Given {
  readonly http?: HttpOptions;
  readonly definitions?: typeof BATCHES;
}

type GrantTo = (cistern: CisternResources, role: Role) => void;

/** What a role may call: `METHOD/path` patterns of execute-api, as IAM reads them. */
const granted = (grant: GrantTo, given?: Given): string[] => grantedEach({ Somebody: grant }, given).Somebody;

/** The same for each of several roles, of one stack. */
function grantedEach<const Name extends string>(
  grants: Readonly<Record<Name, GrantTo>>,
  { http = {}, definitions = BATCHES }: Given = {},
): Readonly<Record<Name, string[]>> {
  const { resources, stack, cistern } = synthesise('shop', definitions, { http }, (made, stack) => {
    for (const [name, grant] of Object.entries<GrantTo>(grants)) {
      grant(made, new Role(stack, name, { assumedBy: new AccountRootPrincipal() }));
    }
  });
  const policies = Object.entries(resources('AWS::IAM::Policy'));
  const stage = stack.resolve(
    `arn:${stack.partition}:execute-api:${stack.region}:${stack.account}:${cistern.api.httpApi.apiId}/$default/`,
  );
  const parts: unknown[] = stage['Fn::Join'][1];
  const patternsOf = (name: string) =>
    policies
      .filter(([id]) => id.startsWith(`${name}DefaultPolicy`))
      .flatMap(([, { Properties }]) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement)
      .flatMap(({ Action, Effect, Resource }) => {
        expect([Action, Effect]).toEqual(['execute-api:Invoke', 'Allow']);
        return [Resource].flat().map(resource => {
          const [, given] = (resource as { readonly 'Fn::Join': [string, unknown[]] })['Fn::Join'];
          // this API, its one stage, and a route
          expect(given.slice(0, -1)).toEqual(parts.slice(0, -1));
          return String(given.at(-1)).replace('/$default/', '');
        });
      });
  expect(policies).toHaveLength(Object.keys(grants).length);
  return Object.fromEntries(Object.keys(grants).map(name => [name, patternsOf(name)])) as Record<
    Name,
    string[]
  >;
}

interface Statement {
  readonly Action: string;
  readonly Effect: string;
  readonly Resource: unknown;
}

/** Whether a policy lets a request in: `*` is any characters, slashes too, and `?` any one. */
const letsIn = (patterns: readonly string[], request: string): boolean =>
  patterns.some(pattern =>
    new RegExp(
      `^${pattern
        .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(request),
  );

const request = (
  { method, path }: (typeof HTTP_ROUTES)['ingest'][number],
  batch: string,
  job: string,
): string => `${method}${path.replace('{batch}', batch).replace('{job}', job)}`;

const allowed = (patterns: readonly string[], batch: string, job = JOB) =>
  [...HTTP_ROUTES.ingest, ...HTTP_ROUTES.adminHttp]
    .filter(route => letsIn(patterns, request(route, batch, job)))
    .map(({ method, path }) => `${method} ${path}`);

const keys = (routes: (typeof HTTP_ROUTES)['ingest']) =>
  routes.map(({ method, path }) => `${method} ${path}`);
const ofBatch = HTTP_ROUTES.adminHttp.filter(({ path }) => path.includes('{batch}'));

describe('grantAdd', () => {
  test('lets in what producers need, of all batches, and nothing that operators do', () => {
    const patterns = granted((cistern, role) => cistern.grantAdd(role));
    for (const batch of ['orders', 'audit.log']) {
      expect(allowed(patterns, batch)).toEqual(keys(HTTP_ROUTES.ingest));
    }
  });

  test('of one batch lets in that batch alone', () => {
    const patterns = granted((cistern, role) => cistern.grantAdd(role, 'orders'));
    expect(allowed(patterns, 'orders')).toEqual(keys(HTTP_ROUTES.ingest));
    expect(allowed(patterns, 'audit.log')).toEqual(['GET /health']);
    expect(patterns.filter(pattern => /[*?]/.test(pattern))).toEqual([]);
  });

  test('of several batches lets in these', () => {
    const patterns = granted((cistern, role) => cistern.grantAdd(role, 'orders', 'audit.log'));
    for (const batch of ['orders', 'audit.log']) expect(allowed(patterns, batch)).toHaveLength(2);
  });

  test('lets in a name with a colon, however its caller writes it', () => {
    const patterns = granted((cistern, role) => cistern.grantAdd(role, 'a:b'), {
      definitions: batchesNamed('a:b'),
    });
    for (const written of ['a:b', 'a%3Ab']) expect(allowed(patterns, written)).toHaveLength(2);
  });

  test('is for batches that there are', () => {
    expect(() => granted((cistern, role) => cistern.grantAdd(role, 'order'))).toThrow(
      'there are: orders, audit.log',
    );
  });

  test('is for signed requests', () => {
    const access = HttpAccess.jwt({ issuer: 'https://id.example', audience: ['shop'] });
    expect(() => granted((cistern, role) => cistern.grantAdd(role), { http: { add: access } })).toThrow(
      'The setting http.add must be HttpAccess.iam() for a grant to let anybody in; it was "jwt".',
    );
  });
});

describe('grantOperate', () => {
  test('lets in all that operators do, and no adding', () => {
    const patterns = granted((cistern, role) => cistern.grantOperate(role));
    // by whole ids of jobs, and by their beginnings
    for (const job of [JOB, JOB.slice(0, 4)]) {
      expect(allowed(patterns, 'orders', job)).toEqual(keys(HTTP_ROUTES.adminHttp));
    }
  });

  test('of one batch lets in the routes of that batch alone', () => {
    const patterns = granted((cistern, role) => cistern.grantOperate(role, { batches: ['orders'] }));
    expect(allowed(patterns, 'orders')).toEqual(keys(ofBatch));
    expect(allowed(patterns, 'audit.log')).toEqual([]);
  });

  const operations = OPERATIONS.filter(({ answeredBy }) => answeredBy === 'adminHttp');
  const ofOne = grantedEach(
    Object.fromEntries(
      operations.map(({ name }) => [
        `Only${name}`,
        (cistern, role) => cistern.grantOperate(role, { operations: [name] }),
      ]),
    ),
  );

  test.each(operations)('of the operation $name lets in that route alone', ({ name, route }) => {
    const patterns = ofOne[`Only${name}`] ?? [];
    for (const batch of ['orders', 'audit.log']) expect(allowed(patterns, batch)).toEqual([route]);
  });

  test('of operations on a batch lets in these on that batch', () => {
    const patterns = granted((cistern, role) =>
      cistern.grantOperate(role, { batches: ['orders'], operations: ['pause', 'resume'] }),
    );
    expect(allowed(patterns, 'orders')).toEqual([
      'POST /v1/batches/{batch}/pause',
      'POST /v1/batches/{batch}/resume',
    ]);
    expect(allowed(patterns, 'audit.log')).toEqual([]);
  });

  test('is for operations that there are', () => {
    expect(() => granted((cistern, role) => cistern.grantOperate(role, { operations: ['halt'] }))).toThrow(
      /The setting operations must be some of .*pause.*; it was "halt"\./,
    );
  });

  test('of a batch is not for what is asked by a job’s id, which says nothing of its batch', () => {
    expect(() =>
      granted((cistern, role) =>
        cistern.grantOperate(role, { batches: ['orders'], operations: ['purgeJob'] }),
      ),
    ).toThrow(/must be with batches, some of .*flush.*; it was "purgeJob"/);
  });

  test.each([
    [false, 'false'],
    [HttpAccess.openToTheInternet(), '"open"'],
  ] as const)('is for signed requests: not where http.operate is %p', (operate, shown) => {
    expect(() => granted((cistern, role) => cistern.grantOperate(role), { http: { operate } })).toThrow(
      `it was ${shown}.`,
    );
  });
});
