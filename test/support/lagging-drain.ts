import { boundTo } from './bound-to.ts';
import { drainStage } from './drain-stage.ts';

export const LAG_MS = 8_000;

/** A stage whose index shows what is written after so long, and a way to look at the drain for some seconds. */
export function laggingDrain() {
  const staged = drainStage({ handler: () => {} });
  const { store, clock } = staged.work.memory;
  const written = new Map<string, number>();
  const isShown = (name: string) => clock.now() >= (written.get(name) ?? 0) + LAG_MS;
  const [{ putJob, count }, { buffersOf }, { reserve }] = [
    boundTo(store.jobs, 'putJob', 'count'),
    boundTo(store.index, 'buffersOf'),
    boundTo(store.heads, 'reserve'),
  ];
  Object.assign(store, { indexLagMs: LAG_MS });
  store.heads.reserve = (buffer, ...given) => {
    const group = buffer.group ?? '';
    if (!written.has(group)) written.set(group, clock.now());
    return reserve(buffer, ...given);
  };
  store.jobs.putJob = (job, ...given) => {
    written.set(job.id, clock.now());
    return putJob(job, ...given);
  };
  store.index.buffersOf = async batch => (await buffersOf(batch)).filter(({ group = '' }) => isShown(group));
  store.jobs.count = async (batch, list, ...given) => {
    if (list !== 'open') return count(batch, list, ...given);
    return [...store.allJobs().values()].filter(job => job.finishedAt === undefined && isShown(job.id))
      .length;
  };
  const look = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await staged.operations.reportDrain();
    }
  };
  return { ...staged, store, look };
}
