import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { OPERATIONS } from '#lib/operations/table';
import { ADMIN_ACTIONS, topology } from '#lib/topology';
import { Tracing } from '../telemetry/tracing.ts';
import { type RoleStatement, roleStatements } from './role-statements.ts';
import { SAMPLE_DEFINITIONS, SAMPLE_DEPLOYMENT, type SampleOf, sample } from './sample.ts';

/** What adds to roles, and when it does. */
const ADDITIONS: readonly (SampleOf & { readonly when: string })[] = [
  { when: '`events: true`', definition: { events: true } },
  { when: '`maxPendingBatches`', definition: { maxPendingBatches: 1 } },
  { when: '`encryptionKey`', options: stack => ({ encryptionKey: new Key(stack, 'Key') }) },
  { when: '`Tracing.xray()`', options: () => ({ tracing: Tracing.xray() }) },
  {
    when: '`vpc`, of its own',
    options: stack => {
      // CDK's own types do not hold where optional properties are exact
      const vpc = new Vpc(stack, 'Vpc') as IVpc;
      const consumers = Object.fromEntries(SAMPLE_DEFINITIONS.map(({ name }) => [name, { vpc }]));
      return { consumers, functions: { deadLetter: { vpc } } };
    },
  },
];

const INTRODUCTION = `# What each function may do

Written by \`npm run docs:rights\` from the template of a deployment with the definitions ${SAMPLE_DEFINITIONS.map(({ name }) => `\`${name}\``).join(' and ')};
a test fails when it is out of date. The rights themselves are in \`infra/rights/function-rights.ts\`, and a test holds them to
the requests that the code makes.

- Each function has a role of its own, with these statements in it and no managed policy. No statement has a condition,
  and none allows to delete a record: they go by TTL.
- "When" says what a definition or the deployment has to ask for, for the statement to be there.
- With more definitions than a policy has room for (about 50), "queue jobs of …" becomes \`<deployment>-jobs-*\`, and
  with as many pools their queues \`<deployment>-pool-*\`, for all functions but the consumers.
- A consumer of a pool has what a batch's own consumer has, for the pool's queue: all handlers of the pool share it.
- What handlers, \`onDead\` and hooks need is for the owner of the deployment to grant.
- \`grantProduce\` gives what the ingest function has, without its log; \`grantAdmin\` the right to invoke.
- Nobody of another account has a right, unless \`producers\` names the account:
  [what it may do then](deploying.md#producers-of-another-stack-or-account).
- By the functions' own policies API Gateway may invoke \`ingest\` and \`admin-http\`, and EventBridge \`ticker\`. Lambda
  reads the queues with the roles below.
`;

/** The page docs/rights.md. */
export function rightsPage(): string {
  const plain = sample({});
  const additions = ADDITIONS.map(({ when, ...of }) => ({ when, template: sample(of) }));
  const roles = functionsOf().map(({ title, name }) => {
    const always = roleStatements(plain, name);
    const added = additions.flatMap(({ when, template }) =>
      roleStatements(template, name)
        .filter(statement => !always.some(each => isSame(each, statement)))
        .map(statement => row(statement, when)),
    );
    return { title, rows: [...always.map(statement => row(statement, 'always')), ...added] };
  });
  const ofAll = (roles[0]?.rows ?? []).filter(row => roles.every(({ rows }) => rows.includes(row)));
  return [
    INTRODUCTION,
    overHttp(),
    section('All of them', ofAll),
    ...roles.map(({ title, rows }) =>
      section(
        title,
        rows.filter(row => !ofAll.includes(row)),
      ),
    ),
  ].join('\n');
}

/** Which right each route asks for, and whether it can be given for one batch. */
function overHttp(): string {
  const rows = OPERATIONS.map(({ name, route, answeredBy }) => {
    const ofBatch = route.includes('{batch}') ? 'yes' : '–';
    return `| \`${route}\` | \`${name}\` | ${answeredBy === 'ingest' ? 'add' : 'operate'} | ${ofBatch} |`;
  });
  return `## Over HTTP

Callers need \`execute-api:Invoke\` on a route, where \`http.add\` and \`http.operate\` are \`HttpAccess.iam()\`.
\`grantAdd\` gives the right to add, \`grantOperate\` the right to operate. Reading needs the right to operate too, since
statuses, jobs and items tell what producers have sent. Callers of another account assume a role of this one, or send
tokens: [who may call the HTTP API](deploying.md#who-may-call-the-http-api).

| route | operation | right | can be given for one batch |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** The functions in the order of an item's way, then the operators'. */
function functionsOf(): { readonly title: string; readonly name: string }[] {
  const { functions, consumers: made } = topology(SAMPLE_DEPLOYMENT, SAMPLE_DEFINITIONS);
  const { ingest, timer, ticker, deadLetter, adminHttp } = functions;
  const operators = ADMIN_ACTIONS.map(action => functions[action]);
  const consumers = made.slice(0, 1).map(consumer => consumer.function);
  return [ingest, timer, ticker, ...consumers, deadLetter, adminHttp, ...operators].map(({ name, entry }) => {
    const title = name.slice(SAMPLE_DEPLOYMENT.length + 1);
    return { name, title: entry === 'consumer' ? `${title}, a consumer` : title };
  });
}

const isSame = (a: RoleStatement, b: RoleStatement): boolean =>
  a.actions === b.actions && a.resources === b.resources;

const row = ({ actions, resources }: RoleStatement, when: string): string =>
  `| ${actions} | ${resources} | ${when} |`;

const section = (title: string, rows: readonly string[]): string =>
  `## ${title}\n\n| may | on | when |\n|---|---|---|\n${rows.join('\n')}\n`;
