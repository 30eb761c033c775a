import type { JobInfo } from '#lib/definition/job-info';
import { type Control, holdsJobs } from '#lib/store/control';
import { isEnded } from '#lib/store/job';
import type { Purged } from '../../actors/asks.ts';
import { type Evidence, isOf, type Operation } from '../evidence.ts';
import type { Promised } from '../promised.ts';

const PAUSE_HOLDS_AFTER_MS = 2_000;
const INGESTION_STOPS_AFTER_MS = 1_000;
/** What is under way when a pause begins to hold. */
const UNDER_WAY_MS = 100;
/** The due index, by which buffers are found, may lag. */
const INDEX_LAG_MS = 10_000;

const done = ({ error, endedAt }: Operation): boolean => error === undefined && endedAt !== undefined;

/** The spans in which what the table says of a batch fits: `from` is when that was written. */
function spansOf(
  { controls, world }: Evidence,
  batch: string,
  fits: (control: Control) => boolean,
): { from: number; to: number }[] {
  const changes = controls.filter(change => change.batch === batch);
  const spans: { from: number; to: number }[] = [];
  let from: number | undefined;
  for (const { at, after } of changes) {
    if (fits(after)) from ??= at;
    else if (from !== undefined) {
      spans.push({ from, to: at });
      from = undefined;
    }
  }
  return from === undefined ? spans : [...spans, { from, to: world.now }];
}

export const pauseHolds: Promised = {
  name: 'two seconds after pause() has returned no window is flushed and no job begins',
  breaches: ({ evidence }) =>
    [...evidence.plans.keys()].flatMap(batch => {
      const forced = new Set(
        evidence.operations
          .filter(op => op.batch === batch && op.name === 'flush by force')
          .map(({ process }) => process),
      );
      return spansOf(evidence, batch, holdsJobs).flatMap(({ from, to }) => {
        const within = (at: number) => at > from + PAUSE_HOLDS_AFTER_MS + UNDER_WAY_MS && at < to;
        const sealed = evidence.sealed.filter(
          ({ buffer, at, by }) =>
            buffer.batch === batch && within(at) && !forced.has(by) && !by?.wasTroubled(at - 120_000, at),
        );
        const begun = evidence.jobChanges.filter(
          ({ at, before, after, by }) =>
            after.batch === batch &&
            within(at) &&
            after.status === 'active' &&
            before?.attempts !== after.attempts &&
            !by?.wasTroubled(at - 120_000, at),
        );
        return [
          ...sealed.map(
            ({ at, window }) => `window ${window} of ${batch} was flushed ${at - from} ms after pause()`,
          ),
          ...begun.map(({ at, id }) => `job ${id} of ${batch} began ${at - from} ms after pause()`),
        ];
      });
    }),
};

export const ingestionStops: Promised = {
  name: 'an add that begins a second after pause({ ingestion: true }) has returned is refused',
  breaches: ({ evidence }) =>
    [...evidence.plans.keys()].flatMap(batch =>
      spansOf(evidence, batch, control => control.ingestionPaused).flatMap(({ from, to }) =>
        [...evidence.items.values()].flatMap(
          ({ id, batch: of, told, calledAt, toldAt = Number.POSITIVE_INFINITY, takenBy }) => {
            const began = calledAt - from;
            if (of !== batch || told !== 'stored' || toldAt >= to) return [];
            if (began <= INGESTION_STOPS_AFTER_MS + UNDER_WAY_MS) return [];
            if (takenBy === undefined || takenBy.wasTroubled(calledAt - 120_000, toldAt)) return [];
            return [`${id} was added to ${batch} ${began} ms after its ingestion was paused, and stored`];
          },
        ),
      ),
    ),
};

export const purgesAsFound: Promised = {
  name: 'a purge by a filter purges jobs of the status that it was asked for',
  breaches: ({ evidence }) =>
    evidence.operations.flatMap(op => {
      if (op.name !== 'purgeJobs' || op.result === undefined) return [];
      const { status } = op.result as Purged;
      return evidence.purges
        .filter(purge => isOf(op, purge) && purge.job.status !== status)
        .map(({ job }) => `job ${job.id} is ${job.status}, and was purged as ${status}`);
    }),
};

/** How many jobs an operation says that it redrove; undefined where it was no redrive, or was not done. */
function redrivenBy({ name, job, result, error }: Operation): number | undefined {
  if (error !== undefined || result === undefined) return undefined;
  if (name === 'redrive') return job === undefined ? undefined : 1;
  return name === 'redriveAll' || name === 'redriveJobs' ? (result as number) : undefined;
}

export const redrivesAreDone: Promised = {
  name: 'a redrive redrives as many jobs as it says',
  breaches: ({ evidence }) =>
    evidence.operations.flatMap(op => {
      const told = redrivenBy(op) ?? 0;
      const done = evidence.jobChanges.filter(
        change =>
          isOf(op, change) && change.before && isEnded(change.before) && change.after.status === 'waiting',
      );
      const jobs = new Set(done.map(({ id }) => id));
      return told <= done.length && (op.name !== 'redrive' || told === 0 || jobs.has(op.job ?? ''))
        ? []
        : [
            `${op.name} of ${op.batch} says that it redrove ${told} jobs, and it redrove ${[...jobs].join(' ')}`,
          ];
    }),
};

export const pauseIsStored: Promised = {
  name: 'a pause that has returned is on record',
  breaches: ({ evidence }) =>
    evidence.operations.flatMap(op => {
      if (!done(op) || !['pause', 'pause ingestion'].includes(op.name)) return [];
      const changes = evidence.controls.filter(
        ({ batch, at }) => batch === op.batch && at <= (op.endedAt ?? 0),
      );
      const before = changes.filter(({ at }) => at < op.calledAt).at(-1);
      const during = changes.filter(({ at }) => at >= op.calledAt);
      return [before, ...during].some(change => change?.after.paused)
        ? []
        : [`${op.batch} was paused at ${op.calledAt}, and its record has never said so`];
    }),
};

export const flushIsTrue: Promised = {
  name: 'a flush makes jobs of all that was buffered when it was asked',
  breaches: ({ evidence }) =>
    evidence.operations.flatMap(op => {
      if (!op.name.startsWith('flush') || !done(op)) return [];
      const lag = evidence.calm ? 0 : INDEX_LAG_MS;
      return [...evidence.items.values()].flatMap(({ id, batch, receipt, toldAt }) => {
        if (
          batch !== op.batch ||
          receipt === undefined ||
          receipt.duplicate ||
          (toldAt ?? 0) >= op.calledAt - lag
        )
          return [];
        if (evidence.plansOf(batch).some(({ persist }) => !persist) || !evidence.calm) return [];
        const put = evidence.jobChanges.find(change => change.id === receipt.job);
        const mine = evidence.sealed.some(
          sealed => sealed.at <= (op.endedAt ?? 0) && sealed.buffer.batch === batch,
        );
        return put && mine && put.at <= (op.endedAt ?? 0) + 1_000
          ? []
          : [`${op.batch} was flushed, and ${id} is in no job`];
      });
    }),
};

export const waitForIsTrue: Promised = {
  name: 'waitFor resolves when its job has ended, with what became of it',
  breaches: ({ evidence }) =>
    evidence.operations.flatMap(({ name, job, result, endedAt = 0 }) => {
      if (name !== 'waitFor' || result === undefined) return [];
      const { status } = result as JobInfo;
      const was = evidence.jobChanges.findLast(
        change => change.id === job && change.at <= endedAt && isEnded(change.after),
      );
      const fits = evidence.jobChanges.some(
        change => change.id === job && change.after.status === status && change.at <= endedAt,
      );
      return was && fits ? [] : [`waitFor was told that job ${job} is ${status}, and it was not`];
    }),
};

/** Requests that an add to one buffer makes at the most: its own, and those of a window that it seals. */
const REQUESTS = { add: 14, window: 9 };

export const addsAreBounded: Promised = {
  name: 'what an add costs does not depend on what is buffered',
  breaches: ({ evidence }) =>
    evidence.adds.flatMap(({ batch, calls, items, buffers, sealed }) => {
      const plan = evidence.plansOf(batch)[0];
      if (!evidence.calm || calls === undefined || plan === undefined) return [];
      const dedup = plan.keys > 0 ? 12 * items.length : 0;
      // an add seals what is full, others' windows of the same moment among them, each of which is sealed once
      const windows = Math.max(sealed, items.length + 1);
      const most = REQUESTS.add * buffers * plan.shards + REQUESTS.window * windows + dedup;
      return calls <= most ? [] : [`an add of ${items.length} to ${batch} made ${calls} requests`];
    }),
};
