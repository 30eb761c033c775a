/** The layer rules of the house (CONTRIBUTING.md): data goes one way. */
const TOP = '^(functions|infra|cli|local|dashboard|bench|test|batches)/';
const PORTS = '^lib/store/(ports|records|services)\\.ts$';
const SDK = 'node_modules/@aws-sdk/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    rule('no-circular', {}, { circular: true }),
    rule('lib-knows-nobody-above', { path: '^lib/' }, { path: TOP }),
    rule(
      'definition-knows-nobody',
      { path: '^lib/definition/' },
      { path: '^lib/', pathNot: ['^lib/definition/', '^lib/errors\\.ts$'] },
    ),
    rule(
      'the-protocol-knows-the-store-by-its-ports',
      { path: '^lib/(buffer|jobs|recovery|memory|control|producer)/' },
      { path: '^lib/store/', pathNot: PORTS },
    ),
    rule(
      'the-store-knows-no-protocol',
      { path: '^lib/store/' },
      {
        path: '^lib/',
        pathNot: ['^lib/(store|definition)/', '^lib/(topology|packing|spread|errors)\\.ts$'],
      },
    ),
    rule(
      'only-the-store-knows-the-sdk',
      { path: '^(lib|functions|batches)/', pathNot: '^lib/store/' },
      { path: SDK },
    ),
    rule(
      'functions-know-lib-only',
      { path: '^functions/' },
      { path: '^(infra|local|cli|dashboard|bench|test)/' },
    ),
    rule(
      'infra-knows-lib-only',
      { path: '^infra/' },
      { path: '^(functions|local|cli|dashboard|bench|test)/' },
    ),
    rule(
      'local-knows-lib-and-functions',
      { path: '^local/' },
      { path: '^(infra|cli|dashboard|bench|test)/' },
    ),
    rule(
      'batches-know-the-public-api',
      { path: '^batches/' },
      { path: '^lib/', pathNot: '^lib/index\\.ts$' },
    ),
    rule('cdk-in-infra-only', { pathNot: '^(infra|test/infra)/' }, { path: 'node_modules/aws-cdk-lib' }),
    rule('engines-in-local-only', { pathNot: '^(local|test)/' }, { path: 'node_modules/(dynalite|fauxqs)/' }),
    rule('product-knows-no-tests', { pathNot: '^test/' }, { path: '^test/' }),
    rule('resolvable', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|cdk\\.out|coverage)/' },
    // TypeScript 7 has no API to parse with
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};

function rule(name, from, to) {
  return { name, severity: 'error', from, to };
}
