import jest from '../../jest.config.mjs';

/** `npm run test:browser`: what a person sees and does, in a real browser. */
export default {
  ...jest,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/*.browser.ts'],
  // browsers and deployments side by side would slow each other down past what the tests wait for
  maxWorkers: 1,
  testTimeout: 180_000,
};
