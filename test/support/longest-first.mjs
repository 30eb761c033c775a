import TestSequencer from '@jest/test-sequencer';

/** Folders, and files, whose tests take longest. What runs last should be short, or one worker is left to work alone. */
const LONGEST = [
  'simulation/',
  'infra/bundling',
  'infra/example',
  'infra/bundled-once',
  'telemetry/deployed-functions',
  'contract/',
  'infra/cistern.',
  'infra/bundle.',
  'infra/app.',
  'unit/bench.',
  'unit/pause-while-waiting',
  'unit/throttle',
  'unit/ticker-shares',
  'unit/permits',
  'upgrade/',
  'integration/load-definitions',
  'integration/control-processes',
  'cli/process',
  'infra/',
  'integration/',
  'cli/',
  'faults/',
  'unit/retention',
];

/** Files whose tests wait for most of their time, for timers or other processes. */
const WAITING = [
  'integration/job-processes',
  'integration/job-options',
  'integration/logs',
  'integration/local-killed',
  'audit/',
  'cli/start',
  'unit/background',
];

/** After so many files that keep a core busy comes one that waits. Several at once would leave a core idle. */
const BUSY_BEFORE_WAITING = 3;

const isIn = ({ path }, parts) => parts.some(part => path.includes(`/test/${part}`));

const rankOf = test => {
  const rank = LONGEST.findIndex(part => isIn(test, [part]));
  return rank < 0 ? LONGEST.length : rank;
};

/** Begins with the test files that take longest, also on a machine that has never run them. */
export default class LongestFirst extends TestSequencer {
  sort(tests) {
    const sorted = [...super.sort(tests)].sort((a, b) => rankOf(a) - rankOf(b));
    const waiting = sorted.filter(test => isIn(test, WAITING));
    const busy = sorted.filter(test => !isIn(test, WAITING));
    const mixed = busy.flatMap((test, at) =>
      at % BUSY_BEFORE_WAITING === BUSY_BEFORE_WAITING - 1 ? [test, ...waiting.splice(0, 1)] : [test],
    );
    return [...mixed, ...waiting];
  }
}
