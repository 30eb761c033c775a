import type { Evidence } from '../judge/evidence.ts';
import type { Draws } from './draws.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;

/** Plans when parts of AWS refuse all calls for a while, as the weather has it. */
export function planOutages(world: World, draws: Draws, activeMs: number, evidence: Evidence): void {
  const { scheduler, weather } = world;
  const { spells } = weather;
  const outage = (chance: number | undefined, hits: (where: string, part: number) => boolean): void => {
    const stretch = Math.max(MINUTE_MS / 3, activeMs / 30);
    for (let minute = 0; minute < activeMs; minute += stretch) {
      if (!world.strikes(draws, chance)) continue;
      const [at, length] = [minute + draws.int(0, stretch), 500 + draws.duration(10_000)];
      scheduler.after(at, () => {
        if (world.now >= evidence.calmFrom) return;
        world.tell('an outage begins');
        world.refuse(length, hits);
      });
    }
  };
  outage(spells['store outage'], where => where.startsWith('table'));
  outage(spells['queue outage'], where => where.startsWith('queues'));
  const [part, writes] = [draws.int(0, 7), draws.chance(0.5)];
  outage(
    spells['partition throttled'],
    (where, at) => where.startsWith('table') && at === part && (!writes || /update|putNew/.test(where)),
  );
}
