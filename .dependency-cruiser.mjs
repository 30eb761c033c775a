import { readFileSync } from 'node:fs';

/** The layer rules of the house (CONTRIBUTING.md): data goes one way. */
const TOP = '^(loader|functions|infra|cli|local|dashboard|bench|packaging|test|batches)/';
const OURS = '^(lib|loader|functions|infra|cli|local|dashboard|bench|packaging|test|batches)/';
/** The store's interfaces, and the records that they speak of. */
const PORTS = [
  '^lib/store/(ports|action-ports|head-ports|window-ports|limit-ports|queue-ports|job-ports|services)\\.ts$',
  '^lib/store/(buffer-key|head|slot-record|key-holder|control|job|due-entry|record-life)\\.ts$',
];
/** What users install beside this package: CDK, and what single parts need (lib/parts.ts). */
const PEERS = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).peerDependencies).join('|');
const SDK = 'node_modules/@(aws-sdk|smithy)/';
// stand alone on purpose: loaded by path (by the bundler, by a test)
const ALONE = [
  '^infra/lean-bundle/',
  '^test/infra/fixtures/',
  '^test/telemetry/function-runner\\.mjs$',
  '\\.test\\.ts$',
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    rule('no-circular', {}, { circular: true }),
    rule('no-orphans', { orphan: true, pathNot: ALONE }, {}),
    rule('lib-knows-nobody-above', { path: '^lib/' }, { path: TOP }),
    rule(
      'definition-knows-nobody',
      { path: '^lib/definition/' },
      { path: '^lib/', pathNot: ['^lib/definition/', '^lib/(errors|error-codes)\\.ts$'] },
    ),
    rule(
      'the-protocol-knows-the-store-by-its-ports',
      { path: '^lib/(buffer|limits|jobs|recovery|memory|control|producer)/' },
      { path: '^lib/store/', pathNot: PORTS },
    ),
    rule(
      'the-store-knows-no-protocol',
      { path: '^lib/store/' },
      {
        path: '^lib/',
        pathNot: [
          '^lib/(store|definition|telemetry|json|text|hashing)/',
          '^lib/(topology|resource-names|errors|error-codes|late-import|producer-parts)\\.ts$',
        ],
      },
    ),
    rule(
      'only-the-store-knows-the-sdk',
      // and whoever signs what it sends to an endpoint that has no client
      {
        path: '^(lib|functions|batches)/',
        pathNot: '^(lib/store/|functions/telemetry/x-ray-exporter\\.ts$)',
      },
      { path: SDK },
    ),
    rule(
      'functions-know-lib-only',
      { path: '^functions/' },
      { path: '^(infra|local|cli|dashboard|bench|test)/' },
    ),
    rule(
      'the-loader-knows-definitions',
      { path: '^loader/' },
      { path: OURS, pathNot: '^(loader/|lib/definition/|lib/(errors|error-codes)\\.ts$)' },
    ),
    rule(
      'infra-reads-the-others-by-path',
      { path: '^infra/' },
      { path: '^(functions|local|cli|dashboard|bench|packaging|test|batches)/' },
    ),
    rule(
      'infra-knows-the-topology-the-metrics-and-definitions',
      { path: '^infra/' },
      {
        path: '^lib/',
        pathNot:
          '^lib/((topology|resource-names|errors|error-codes|parts|telemetry/metrics|deployment/settings)\\.ts$|definition/|operations/)',
      },
    ),
    rule('local-knows-lib-and-functions', { path: '^local/' }, { path: '^(infra|cli|bench|test)/' }),
    rule(
      'the-dashboard-is-opened-by-its-index',
      { path: OURS, pathNot: '^(dashboard|test)/' },
      // its address is known before it is loaded
      { path: '^dashboard/', pathNot: '^dashboard/(index|address)\\.ts$' },
    ),
    // what the page itself imports, test/unit/dashboard-bundle.test.ts looks at: this parser reads no JSX.
    // it asks the API, and so works for a deployment as for the local stack
    rule(
      'the-dashboard-knows-types-alone',
      { path: '^dashboard/' },
      {
        path: '^(lib|functions|infra|cli|local|bench|packaging|test|batches)/',
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule('preact-in-the-page-only', { path: OURS }, { path: 'node_modules/preact/' }),
    rule('cli-is-a-client', { path: '^cli/' }, { path: OURS, pathNot: '^(cli|local|dashboard|lib|loader)/' }),
    // and types alone there, which test/unit/answer-types.test.ts looks at: this parser does not tell them from values
    rule(
      'cli-knows-what-is-answered-in-one-place',
      { path: '^cli/', pathNot: '^cli/api/api-types\\.ts$' },
      { path: '^lib/', pathNot: '^lib/(errors|error-codes|parts|telemetry/metrics|text/parse-time)\\.ts$' },
    ),
    rule(
      'cli-starts-the-local-stack-and-that-is-all-it-knows-of-it',
      { path: '^cli/', pathNot: '^cli/commands/start\\.ts$' },
      { path: '^local/' },
    ),
    rule(
      'cli-loads-the-dashboard-in-one-place',
      { path: '^cli/', pathNot: '^cli/start/dashboard-page\\.ts$' },
      { path: '^dashboard/' },
    ),
    rule(
      'cli-knows-aws-where-it-connects',
      { path: '^cli/', pathNot: '^cli/(connect|doctor)/' },
      { path: SDK },
    ),
    rule(
      'batches-know-the-public-api',
      { path: '^batches/' },
      { path: '^(lib|functions|infra|cli|local|dashboard|bench|test)/', pathNot: '^lib/index\\.ts$' },
    ),
    rule(
      'cdk-in-infra-only',
      { path: OURS, pathNot: '^(infra|test/(infra|deploy))/' },
      { path: 'node_modules/(aws-cdk-lib|constructs)/' },
    ),
    rule(
      'emulators-in-tests-only',
      { path: OURS, pathNot: '^test/support/engines/' },
      { path: 'node_modules/(dynalite|fauxqs)/' },
    ),
    rule(
      'the-database-in-the-journal-only',
      { path: OURS, pathNot: '^local/journal/' },
      { path: 'node_modules/lmdb/' },
    ),
    rule(
      'lib-knows-no-lambda-events',
      { path: '^(lib|infra|batches)/' },
      { path: 'node_modules/(@types/)?aws-lambda' },
    ),
    rule(
      'product-wants-no-dev-dependency',
      { path: '^(batches|lib|loader|functions|infra|cli|local|dashboard)/' },
      { dependencyTypes: ['npm-dev'], pathNot: `node_modules/(@types|${PEERS})/` },
    ),
    // the capacity model runs the product on the simulation's scheduler
    rule('product-knows-no-tests', { pathNot: '^(test|bench/capacity)/' }, { path: '^test/' }),
    rule('resolvable', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // ours alone: a package's own dist/ is where most of them are
    exclude: { path: '^(dashboard/page|test/matrix/(cdk-init|handlers)|dist|cdk\\.out|coverage)/' },
    // TypeScript 7 has no API to parse with
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};

function rule(name, from, to) {
  return { name, severity: 'error', from, to };
}
