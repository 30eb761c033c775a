// CDK's engine that validates templates takes longer to load than all of a suite; `npm run synth` validates
process.env['CDK_VALIDATION'] ??= 'false';
// where each construct was made, which no test reads, and which takes a fifth of the time that a template takes
process.env['CDK_CONTEXT_JSON'] ??= JSON.stringify({
  'aws:cdk:disable-creation-stack-traces': true,
  'aws:cdk:disable-stack-trace': true,
});
// esbuild and TypeScript live for seconds: they spend a fifth of their time on collecting garbage
process.env['GOGC'] ??= '400';

/** Tests run as ES modules, straight from the sources: the `source` condition picks them over `dist`. */
export default {
  testEnvironment: '<rootDir>/test/support/fast-environment.mjs',
  testEnvironmentOptions: { customExportConditions: ['source', 'node'] },
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // other projects' own tests: npm run test:matrix
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/matrix/'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, sourceMaps: 'inline' },
    ],
  },
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  globalSetup: '<rootDir>/test/support/run-folder.mjs',
  globalTeardown: '<rootDir>/test/support/remove-run-folder.mjs',
  // two more than the cores that it is made for: many tests wait, for timers and for other processes
  maxWorkers: 4,
};
