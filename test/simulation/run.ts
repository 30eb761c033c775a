import { parseArgs } from 'node:util';
import { COMPARED, digestsOf } from './digests.ts';
import { find } from './mutants/find.ts';
import { MUTANTS } from './mutants/index.ts';
import { play } from './play.ts';
import { replayOf } from './replay.ts';
import { shrink } from './shrink.ts';

const HELP = `npm run simulate -- [options]
  --seeds N      plays so many seeds. Default 1,000
  --from N       the first of them. Default 1
  --minutes M    ends after so many minutes
  --seed N       plays one seed and tells what happened in it
  --only JSON    with --seed: what the play is reduced to
  --trace        with --seed: writes its history
  --shrink       makes each failing play smaller
  --digests      writes what names the histories of a few seeds: the same in each process, on each Node.js
  --mutants      plants each mistake, and tells after how many plays it was found, and by which promise
  --mutant TEXT  with --mutants: those whose name has the text`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string', default: '{}' },
    trace: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
    digests: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
// processes of a world listen for signals, and a world has many
process.setMaxListeners(0);

if (values.help) console.log(HELP);
else if (values.digests) process.stdout.write(await digestsOf(COMPARED));
else if (values.mutants) await playMutants();
else if (values.seed !== undefined) await playOne(Number(values.seed));
else await playMany();

async function playOne(seed: number): Promise<void> {
  const budget = JSON.parse(values.only);
  const played = await play(seed, { budget, trace: values.trace });
  for (const line of played.history) process.stdout.write(line);
  console.log(JSON.stringify(played.plan));
  for (const { promise, text } of played.breaches) console.log(`BROKEN: ${promise}: ${text}`);
  console.log(`${played.digest}: ${played.steps} steps, ${played.tookMs / 1_000} virtual seconds`);
  const [first] = played.breaches;
  if (first === undefined) return;
  process.exitCode = 1;
  if (values.shrink) console.log(replayOf(seed, await shrink(seed, first.promise, budget)));
}

async function playMany(): Promise<void> {
  const until =
    values.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(values.minutes) * 60_000;
  const broken = new Map<string, number[]>();
  let [plays, steps, virtual] = [0, 0, 0];
  for (let seed = Number(values.from); plays < Number(values.seeds) && Date.now() < until; seed++) {
    const played = await play(seed);
    plays += 1;
    steps += played.steps;
    virtual += played.tookMs;
    const first = new Map(played.breaches.toReversed().map(({ promise, text }) => [promise, text]));
    for (const [promise, text] of first) {
      broken.set(promise, [...(broken.get(promise) ?? []), seed]);
      console.log(`BROKEN: ${promise}: ${text}`);
      console.log(`  ${replayOf(seed, values.shrink ? await shrink(seed, promise) : undefined)}`);
    }
  }
  for (const [promise, seeds] of broken) console.log(`${seeds.length} times: ${promise}`);
  const failed = new Set([...broken.values()].flat()).size;
  console.log(
    `${plays} plays, ${failed} of them failed; ${steps} steps, ${Math.round(virtual / 3_600_000)} virtual hours`,
  );
  if (failed > 0) process.exitCode = 1;
}

async function playMutants(): Promise<void> {
  let missed = 0;
  console.log('| mistake | found after plays | by the promise |\n|---|---|---|');
  for (const mutant of MUTANTS.filter(({ name }) => name.includes(values.mutant))) {
    const found = await find(mutant, mutant.within ?? 60);
    if (found === undefined) missed += 1;
    console.log(`| ${mutant.name} | ${found?.plays ?? '**not found**'} | ${found?.promise ?? ''} |`);
  }
  if (missed > 0) process.exitCode = 1;
}
