import { isEnded } from '#lib/store/job';
import { isOperators, type Sealed } from '../evidence.ts';
import type { Case, Promised } from '../promised.ts';
import { heldByBus, isPunctual } from '../punctual.ts';

/** What a few calls to AWS take at the most, where nothing goes wrong. */
const CALLS_MS = 500;
/** How long a throttle's or a concurrency's free place may stay unused. */
const UNUSED_MS = 1_500;

export const flushedInTime: Promised = {
  name: 'a window is flushed at its deadline',
  breaches: ({ evidence }) =>
    evidence.sealed.flatMap(({ buffer, window, deadline, at }) => {
      const plan = evidence.plansOf(buffer.batch)[0];
      if (!isPunctual(evidence, buffer.batch) || plan?.throttle) return [];
      return at <= deadline + CALLS_MS + heldByBus(evidence, buffer.batch)
        ? []
        : [`window ${window} of ${buffer.batch} was flushed ${at - deadline} ms late`];
    }),
};

/** The spans in which a throttle would have let another window be flushed. */
function freeSpans(
  seals: readonly number[],
  max: number,
  duration: number,
  from: number,
  to: number,
): [number, number][] {
  const spans: [number, number][] = [];
  const edges = [
    from,
    ...seals.flatMap(at => [at, at + duration]).filter(at => at > from && at < to),
    to,
  ].sort((a, b) => a - b);
  for (let i = 0; i + 1 < edges.length; i++) {
    const [begin, end] = [edges[i] as number, edges[i + 1] as number];
    const used = seals.filter(at => at <= begin && at > begin - duration).length;
    const last = spans.at(-1);
    if (used >= max) continue;
    if (last?.[1] === begin) last[1] = end;
    else spans.push([begin, end]);
  }
  return spans;
}

const sealsOf = ({ evidence }: Case, batch: string): Sealed[] =>
  evidence.sealed.filter(({ buffer }) => buffer.batch === batch);

export const throttleWastesNothing: Promised = {
  name: 'a throttled window is flushed as soon as a flush is free',
  breaches: given => {
    const { evidence } = given;
    return [...evidence.plans.keys()].flatMap(batch => {
      const throttle = evidence.plansOf(batch)[0]?.throttle;
      if (throttle === undefined || !isPunctual(evidence, batch)) return [];
      const seals = sealsOf(given, batch);
      const times = seals.map(({ at }) => at);
      return seals.flatMap(({ at, deadline, waitsFrom, buffer, window, reason }) => {
        const from = waitsFrom ?? (reason === 'time' ? deadline : at);
        const unused = freeSpans(times, throttle.max, throttle.duration, from, at).find(
          ([from, to]) => to - from > UNUSED_MS,
        );
        return unused === undefined
          ? []
          : [
              `window ${window} of ${batch} ${buffer.group ?? ''} waited, and a flush was free for ${unused[1] - unused[0]} ms before it was flushed`,
            ];
      });
    });
  },
};

export const throttleIsFair: Promised = {
  name: 'throttled windows are flushed first come first served',
  breaches: given => {
    const { evidence } = given;
    return [...evidence.plans.keys()].flatMap(batch => {
      const throttle = evidence.plansOf(batch)[0]?.throttle;
      if (throttle === undefined || !isPunctual(evidence, batch)) return [];
      const seals = sealsOf(given, batch).filter(one => !isOperators(evidence, one));
      return seals.flatMap(late => {
        const { waitsFrom } = late;
        if (waitsFrom === undefined) return [];
        return seals
          .filter(
            first => (first.waitsFrom ?? first.at) > waitsFrom + UNUSED_MS && first.at < late.at - UNUSED_MS,
          )
          .slice(0, 1)
          .map(
            first =>
              `window ${late.window} of ${batch} ${late.buffer.group ?? ''} was refused ${(first.waitsFrom ?? first.at) - waitsFrom} ms before another came, and was flushed ${late.at - first.at} ms after it`,
          );
      });
    });
  },
};

/** Jobs begin at most so long after they may, where their function has room: its messages are polled. */
const BEGIN_MS = 1_500;

export const jobsBeginInTime: Promised = {
  name: 'a flushed batch begins to run while its function has room',
  breaches: ({ evidence, windows }) =>
    [...windows.jobs.values()].flatMap(job => {
      const plan = evidence.plansOf(job.batch)[0];
      if (plan === undefined || !isPunctual(evidence, job.batch) || plan.ordered) return [];
      const put = evidence.jobChanges.find(({ id }) => id === job.id);
      const begun = evidence.jobChanges.find(({ id, after }) => id === job.id && after.status === 'active');
      if (put === undefined || begun === undefined) return [];
      // a hook that takes its time keeps its batch's place in the function
      if (evidence.longestRoom(job.batch, put.at, begun.at) <= BEGIN_MS) return [];
      const room = plan.concurrency ?? Number.POSITIVE_INFINITY;
      // spans in which fewer ran than may; a run ends when its end is written down
      const active = evidence.jobChanges.filter(({ after }) => after.batch === job.batch);
      const runningAt = (at: number): number => {
        const statuses = new Map<string, string>();
        for (const change of active) if (change.at <= at) statuses.set(change.id, change.after.status);
        return [...statuses.values()].filter(status => status === 'active').length;
      };
      const begins = active.filter(({ after }) => after.status === 'active').map(({ at }) => at);
      for (let at = put.at; at + BEGIN_MS < begun.at; at += 100) {
        // where others begin, the place is used, be it ever so briefly
        let free = !begins.some(other => other > at && other <= at + BEGIN_MS);
        for (let t = at; t <= at + BEGIN_MS && free; t += 100) free = runningAt(t) < room;
        if (free)
          return [
            `job ${job.id} of ${job.batch} waited from ${put.at} to ${begun.at} ms while its function had room, and ${plan.concurrency ?? 'any number'} may run`,
          ];
      }
      return [];
    }),
};

export const retriesBeginInTime: Promised = {
  name: 'the next attempt begins when its delay is over',
  breaches: ({ evidence }) =>
    evidence.jobChanges.flatMap(({ id, after, order, at }) => {
      const plan = evidence.plansOf(after.batch)[0];
      if (after.status !== 'retrying' || plan?.concurrency !== undefined || plan?.ordered) return [];
      if (!isPunctual(evidence, after.batch)) return [];
      const next = evidence.jobChanges.find(
        change => change.id === id && change.order > order && change.after.status === 'active',
      );
      const due = Math.max(after.notBefore ?? at, at);
      if (next === undefined || evidence.longestRoom(after.batch, due, next.at) <= BEGIN_MS) return [];
      return [`job ${id} was to be tried again at ${due}, and was ${next.at - due} ms later`];
    }),
};

export const orderedGoesOn: Promised = {
  name: 'when a batch of an ordered group ends, the next one begins',
  breaches: ({ evidence, windows }) =>
    [...windows.jobs.values()].flatMap(job => {
      const plan = evidence.plansOf(job.batch)[0];
      const { place } = job;
      if (!plan?.ordered || plan.concurrency !== undefined || !isPunctual(evidence, job.batch) || !place)
        return [];
      const before = [...windows.jobs.values()].find(
        other =>
          other.batch === job.batch &&
          other.group === job.group &&
          other.place?.epoch === place.epoch &&
          other.place.window === place.window - 1,
      );
      // a purge has taken away which group the one before was of
      if (before === undefined && place.window > 0) return [];
      const endOf = (id: string) =>
        evidence.jobChanges.find(change => change.id === id && isEnded(change.after))?.at;
      const put = evidence.jobChanges.find(({ id }) => id === job.id)?.at ?? 0;
      const begun = evidence.jobChanges.find(
        ({ id, after }) => id === job.id && after.status === 'active',
      )?.at;
      const may = Math.max(put, before ? (endOf(before.id) ?? Number.POSITIVE_INFINITY) : 0);
      const busy = evidence.runs.some(
        run =>
          run.batch === job.batch &&
          run.job !== job.id &&
          run.group === job.group &&
          run.startedAt <= (begun ?? 0) &&
          (run.endedAt ?? 0) > may,
      );
      if (begun === undefined || busy || evidence.longestRoom(job.batch, may, begun) <= BEGIN_MS) return [];
      return [`job ${job.id} of ${job.batch} ${job.group ?? ''} began ${begun - may} ms after it might`];
    }),
};
