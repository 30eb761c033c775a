import pLimit from 'p-limit';
import { armTimer } from '../buffer/arm-timer.ts';
import { PAUSED_LOOK_MS, publishAll, seal } from '../buffer/seal.ts';
import { tendDrain } from '../control/drain.ts';
import { NewerSchemaError } from '../errors.ts';
import { patienceMs } from '../jobs/patience.ts';
import { type BufferKey, type DueEntry, type Head, holdsJobs, isEnded, type Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { RECORD_LIFE_MS, TICK_PARTITIONS } from '../topology.ts';
import { keepPaused } from './keep-paused.ts';

/** Entries read of an index partition at a time; the others' turn comes when these are done. */
const PAGE = 1_000;
const PARALLEL_REPAIRS = 16;

/** What repairs did, by kind. */
export interface RepairReport {
  /** Entries looked at. */
  due: number;
  /** Windows sealed because they were due or full and nobody had. */
  sealed: number;
  /** Windows published that somebody sealed who died before they were in SQS. */
  published: number;
  /** Timers armed. */
  armed: number;
  /** Jobs sent again. */
  resent: number;
  /** Entries that could not be put right this time. */
  failed: number;
  /** Of these, those that a later version has stored, and puts right. */
  newer: number;
}

export const emptyReport = (): RepairReport => ({
  due: 0,
  sealed: 0,
  published: 0,
  armed: 0,
  resent: 0,
  failed: 0,
  newer: 0,
});

/** All that the due index has up to a time. */
export async function dueEntries({ store }: Services, until: number): Promise<DueEntry[]> {
  const partitions = Array.from({ length: TICK_PARTITIONS }, (_, tick) => tick);
  return (await Promise.all(partitions.map(tick => store.index.due(tick, until, PAGE)))).flat();
}

/** What may be taken for lost. */
export interface Suspicion {
  /** Markers made before are taken for left behind. */
  readonly sealedBefore: number;
}

/** Puts right what is due. Everything it does others may do at the same time; nothing hangs on who is first. */
export async function repairAll(
  services: Services,
  entries: readonly DueEntry[],
  suspicion: Suspicion,
  report: RepairReport,
): Promise<void> {
  const limit = pLimit(PARALLEL_REPAIRS);
  report.due += entries.length;
  await Promise.all(
    entries.map(entry =>
      limit(async () => {
        try {
          if (entry.kind === 'head') await repairBuffer(services, entry.buffer, suspicion, report);
          else if (entry.kind === 'job') await repairJob(services, entry.id, report);
          else await tendDrain(services, entry.batch);
        } catch (error) {
          // one entry must not keep the others waiting; it stays in the index for the next look
          report.failed += 1;
          if (error instanceof NewerSchemaError) report.newer += 1;
          services.warn('what was due could not be put right; the next tick will try again', error, {
            ...(entry.kind === 'head' && entry.buffer),
            ...(entry.kind === 'job' && { job: entry.id }),
          });
        }
      }),
    ),
  );
}

async function repairBuffer(
  services: Services,
  buffer: BufferKey,
  { sealedBefore }: Suspicion,
  report: RepairReport,
): Promise<void> {
  const { heads } = services.store;
  let head = await heads.readHead(buffer);
  const left = head?.pending.filter(({ sealedAt }) => sealedAt <= sealedBefore) ?? [];
  if (head !== undefined && left.length > 0) {
    const { epoch } = head;
    await publishAll(
      services,
      left.map(sealed => ({ buffer, epoch, sealed })),
    );
    report.published += left.length;
    recovered(services, buffer.batch, left.length);
    head = await heads.readHead(buffer);
  }
  if (head === undefined) return;
  if ((await services.controlOf(buffer.batch)).paused) return keepPaused(services, buffer, head);
  const sealed = await seal(services, buffer, head);
  report.sealed += sealed.length;
  recovered(services, buffer.batch, sealed.length);
  if (await armWhenNear(services, buffer, head)) report.armed += 1;
}

/** Arms the timer of a window that is in the index for this, and moves it on to its deadline. */
async function armWhenNear(services: Services, buffer: BufferKey, head: Head): Promise<boolean> {
  const now = services.clock.now();
  const { open } = head;
  if (open === undefined || open.deadline <= now || open.armAt > now) return false;
  if (!(await armTimer(services, buffer, head))) return false;
  // should this process die before, the timer is armed twice: the second finds the window sealed
  if (head.pending.length === 0) await services.store.heads.setArmed(buffer, head);
  return true;
}

/**
 * The stall detector: a job that is neither finished nor was heard of for long is sent again, since its message
 * may have been lost. A run that is alive renews its lock, and is left alone.
 */
async function repairJob(services: Services, id: string, report: RepairReport): Promise<void> {
  const { store, queues, clock } = services;
  const job = await store.jobs.readJob(id);
  if (job === undefined) return;
  if (isEnded(job)) return repairOnDead(services, job, report);
  const patientUntil = heardUntil(job) + patienceMs(job.resends);
  if (patientUntil > clock.now()) return store.jobs.lookAgain(id, patientUntil, false);
  // nothing unfinished may expire, however long it has to wait
  const aged = clock.now() - job.keptAt > RECORD_LIFE_MS / 2;
  if (aged) {
    await prolongJob(services, job);
    // at once: where its queue is gone, what follows fails at every look, and would prolong it at every look
    await store.jobs.lookAgain(id, clock.now(), false, clock.now());
  }
  if (job.status === 'parked' && holdsJobs(await services.controlOf(job.batch))) {
    return store.jobs.lookAgain(id, clock.now() + PAUSED_LOOK_MS, false);
  }
  await queues.sendJob(job.batch, { job: id });
  report.resent += 1;
  recovered(services, job.batch, 1);
  await store.jobs.lookAgain(id, clock.now() + patienceMs(job.resends + 1), true);
}

/** A dead job is in the index for as long as its onDead is owed: whoever ended it may have died before saying so. */
async function repairOnDead(services: Services, job: Job, report: RepairReport): Promise<void> {
  const { store, queues, clock } = services;
  const patientUntil = heardUntil(job);
  if (patientUntil > clock.now()) return store.jobs.lookAgain(job.id, patientUntil, false);
  await queues.sendDead(job.batch, { job: job.id });
  report.resent += 1;
  recovered(services, job.batch, 1);
  await store.jobs.lookAgain(job.id, clock.now() + patienceMs(job.resends + 1), true);
}

function recovered({ measure }: Services, batch: string, count: number): void {
  if (count > 0) measure(batch, { Recoveries: count });
}

async function prolongJob({ store }: Services, { id, prepared }: Job): Promise<void> {
  await store.windows.prolong(id);
  if (prepared?.under !== undefined) await store.windows.prolong(prepared.under);
}

const heardUntil = ({ heardAt, lockedUntil = 0, notBefore = 0 }: Job): number =>
  Math.max(heardAt, lockedUntil, notBefore);
