import { buffered } from './buffered.ts';
import { costs } from './costs.ts';
import { groupCommit } from './group-commit.ts';
import { lateness } from './lateness.ts';
import { localEngine } from './local-engine.ts';

const BENCHES = { buffered, lateness, 'group-commit': groupCommit, 'local-engine': localEngine, cost: costs };

/** `npm run bench [-- NAME …]`: all of them, or those named. Figures compare within one run only. */
const names = process.argv.slice(2);
const unknown = names.filter(name => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(name);
    console.table(await bench());
  }
}
