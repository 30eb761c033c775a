import TestSequencer from '@jest/test-sequencer';

/** Folders, and files, whose tests take longest. What runs last should be short, or one worker is left to work alone. */
const LONGEST = [
  'simulation/',
  'infra/bundling',
  'telemetry/',
  'unit/ticker-shares',
  'upgrade/',
  'infra/',
  'contract/',
  'integration/',
  'cli/',
  'faults/',
];

const rankOf = ({ path }) => {
  const rank = LONGEST.findIndex(part => path.includes(`/test/${part}`));
  return rank < 0 ? LONGEST.length : rank;
};

/** Begins with the test files that take longest, also on a machine that has never run them. */
export default class LongestFirst extends TestSequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rankOf(a) - rankOf(b));
  }
}
