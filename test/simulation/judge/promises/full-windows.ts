import { CLOCKS_APART_MS, type Evidence, type Sealed } from '../evidence.ts';
import type { FullDuty } from '../full-windows.ts';
import type { Promised } from '../promised.ts';
import { heldByBus, isPunctual } from '../punctual.ts';

/** What the seal of a full window takes, with the moment for which a writer leaves it to another one. */
const FULL_MS = 500;
/** What the publishing of a window takes a sealer that has others before it: decision 81. */
const PUBLISH_MS = 5;

const nameOf = ({ batch, group, shard }: Sealed['buffer']): string =>
  JSON.stringify([batch, group ?? null, shard]);

/** Windows before this one that were not sealed when it was full. */
const aheadOf = ({ sealed }: Evidence, { buffer, window, fullFrom = 0 }: Sealed): number =>
  sealed.filter(
    other => other.window < window && other.at > fullFrom && nameOf(other.buffer) === nameOf(buffer),
  ).length;

const isThrottled = (evidence: Evidence, batch: string): boolean =>
  evidence.plansOf(batch).some(({ throttle }) => throttle !== undefined);

export const fullIsFlushed: Promised = {
  name: 'a full window is flushed at once, and its job is sent',
  breaches: ({ evidence }) => {
    const puts = new Map(evidence.jobChanges.map(({ id, at }) => [id, at] as const).reverse());
    return evidence.sealed.flatMap(one => {
      const { job, buffer, window, fullFrom } = one;
      const { batch } = buffer;
      if (fullFrom === undefined || !isPunctual(evidence, batch)) return [];
      if (isThrottled(evidence, batch)) return [];
      const took = (puts.get(job) ?? Number.POSITIVE_INFINITY) - fullFrom;
      const ahead = aheadOf(evidence, one);
      // a bus that hangs holds each sealer once: its own, and the one that had others before it and handed over
      const held = (ahead > 0 ? 2 : 1) * heldByBus(evidence, batch);
      const may = FULL_MS + held + PUBLISH_MS * ahead;
      return took <= may
        ? []
        : [`window ${window} of ${batch} ${buffer.group ?? ''} was full for ${took} ms before it was a job`];
    });
  },
};

/** What a writer that has a duty takes: its items land first, and it gives another writer a moment. */
const DUTY_MS = 1_000;
/** How long before it nothing may have gone wrong with its process: the store may have applied an earlier request late. */
const BEFORE_MS = 120_000;
/** And how long after it. */
const AFTER_MS = 5_000;
/** With so many windows under way to SQS a writer seals no more. */
const UNDER_WAY = 8;

/** Whether nothing keeps a writer from sealing: with its process, its batch or its head. */
function isFree(evidence: Evidence, { batch, at, by, underWay }: FullDuty): boolean {
  const plans = evidence.plansOf(batch);
  const [plan] = plans;
  const isPlain =
    plans.length === 1 && plan?.persist && !plan.throttle && (plan.keys === 0 || plan.dedupKeep);
  const until = at + AFTER_MS;
  const isWell = !by.wasTroubled(at - BEFORE_MS, until) && (by.diedAt ?? until) >= until;
  const isAsked = evidence.operations.some(
    op => op.batch === batch && /pause|drain|flush/i.test(op.name) && op.calledAt <= until,
  );
  return isPlain === true && isWell && !isAsked && underWay < UNDER_WAY && !evidence.removed.has(batch);
}

export const writersSealWhatIsFull: Promised = {
  name: 'a full window is flushed by the writer that fills it, or else by the next one',
  breaches: ({ evidence }) => {
    const sealedAt = new Map(evidence.sealed.map(({ job, at }) => [job, at]));
    return evidence.full.duties.flatMap(duty => {
      const { job, batch, at, by } = duty;
      const took = (sealedAt.get(job) ?? Number.POSITIVE_INFINITY) - at;
      return took <= DUTY_MS + heldByBus(evidence, batch) || !isFree(evidence, duty)
        ? []
        : [
            `${by.name} filled the window of job ${job} of ${batch}, or met it full, and it was flushed ${took} ms later`,
          ];
    });
  },
};

/** The ticker is woken within a minute, and what it could not do during the faults it does within as long as these lasted. */
const TICKER_MS = 240_000;

export const fullIsFlushedAtLast: Promised = {
  name: 'when the faults stop, the ticker flushes each full window that nobody else does',
  breaches: ({ evidence }) => {
    // a window that a clock far ahead has opened is found within an hour
    const isAstray = evidence.world.processes.some(({ skewMs }) => Math.abs(skewMs) > CLOCKS_APART_MS);
    if (isAstray || evidence.pace !== 'minutes') return [];
    return evidence.sealed.flatMap(({ buffer, fullFrom, at, window }) => {
      const { batch, group = '' } = buffer;
      const took = at - Math.max(fullFrom ?? at, evidence.calmFrom);
      return took <= TICKER_MS || isThrottled(evidence, batch)
        ? []
        : [`window ${window} of ${batch} ${group} was full, and was flushed ${took} ms after the faults`];
    });
  },
};
