import TestSequencer from '@jest/test-sequencer';

/**
 * Folders, and files, whose tests take longest. What runs last should be short, or one worker is left to work alone. Files
 * that mostly wait (`job-processes`) stand beside those that keep a core busy.
 */
const LONGEST = [
  'simulation/',
  'infra/bundling',
  'infra/example',
  'infra/bundled-once',
  'telemetry/deployed-functions',
  'infra/cistern.',
  'infra/bundle.',
  'infra/app.',
  'integration/job-processes',
  'unit/pause-while-waiting',
  'unit/throttle',
  'integration/load-definitions',
  'integration/control-processes',
  'unit/ticker-shares',
  'unit/permits',
  'contract/',
  'upgrade/',
  'infra/',
  'integration/',
  'cli/',
  'faults/',
  'unit/retention',
  'unit/background',
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
