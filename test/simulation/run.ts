import { parseArgs } from 'node:util';
import { find } from './mutants/find.ts';
import { MUTANTS } from './mutants/index.ts';
import { play } from './play.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    only: { type: 'string', default: '{}' },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});

if (values.mutants) {
  for (const mutant of MUTANTS.filter(({ name }) => name.includes(values.mutant ?? ''))) {
    const began = Date.now();
    const found = await find(mutant, Number(values.seeds));
    console.log(
      `${found ? `${found.plays} (seed ${found.seed})` : 'NOT FOUND'} | ${mutant.name} | ${found?.promise ?? ''} | ${((Date.now() - began) / 1000).toFixed(1)} s`,
    );
  }
} else if (values.seed !== undefined) {
  const played = await play(Number(values.seed), { budget: JSON.parse(values.only), trace: values.trace });
  for (const line of played.history) process.stdout.write(line);
  console.log(JSON.stringify(played.plan, null, 1));
  for (const { promise, text } of played.breaches) console.log(`BROKEN ${promise}: ${text}`);
  console.log(played.digest, played.steps, 'steps', played.tookMs / 1000, 's virtual');
} else {
  const began = Date.now();
  let failed = 0;
  let steps = 0;
  const count = new Map<string, number[]>();
  for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed++) {
    const played = await play(seed);
    steps += played.steps;
    if (played.breaches.length > 0) failed += 1;
    for (const promise of new Set(played.breaches.map(b => b.promise)))
      count.set(promise, [...(count.get(promise) ?? []), seed]);
  }
  for (const [promise, seeds] of count)
    console.log(`${seeds.length} × ${promise}: ${seeds.slice(0, 10).join(' ')}`);
  console.log(`${failed} failed; ${steps} steps; ${(Date.now() - began) / 1000} s`);
}
