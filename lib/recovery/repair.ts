import { repairControl } from '../control/repair-control.ts';
import { NewerSchemaError } from '../errors.ts';
import { resendBackoffMs } from '../jobs/resend-backoff.ts';
import type { DueEntry } from '../store/due-entry.ts';
import { isEnded } from '../store/job.ts';
import type { SealServices, Services, StoreAccess } from '../store/services.ts';
import { ALL_BATCHES } from '../telemetry/metrics.ts';
import { backoffMs, STUCK_AFTER } from './backoff.ts';
import type { Task } from './lanes.ts';
import type { Look } from './look.ts';
import { noteRemoved } from './note-removed.ts';
import { publishLeft, putOffTo, repairBuffer, workOf } from './repair-buffer.ts';
import { repairJob } from './repair-job.ts';
import { prolongBuffer, prolongJob } from './retention.ts';
import { RECORDS_PER_LOOK, readSubjects, type Subject } from './subjects.ts';
import { nameOf, type TickerMemory } from './ticker-memory.ts';

/**
 * Repairs due entries. Other processes may do the same work at the same time without harm. Each batch and each kind of
 * work gets its share. An entry whose repair fails is left alone for twice as long each time, up to an hour (invariant
 * 11). It ends when all is done or its time is up.
 */
export async function repairAll(
  services: SealServices,
  entries: readonly DueEntry[],
  look: Look,
): Promise<void> {
  const { memory, report } = look;
  const due = entries.filter(entry => {
    const name = nameOf(entry);
    const resting = look.queuesLost ? undefined : memory.resting(name, look.now);
    // Counted at each look, so that the ticker ends and its alarm goes on as long as such entries are there.
    if (resting?.newer) report.newer += 1;
    return resting === undefined && !memory.underWay.has(name);
  });
  const subjects = await readSubjects(services, due);
  const tasks = subjects.map(
    (subject): Task => ({
      lane: laneOf(subject, look),
      run: async () => {
        report.due += 1;
        memory.underWay.add(subject.name);
        try {
          await repair(services, subject, look);
        } finally {
          memory.underWay.delete(subject.name);
        }
      },
    }),
  );
  await memory.lanes.run(tasks, services.clock, look.until);
}

/**
 * Repairs these entries, however many they are, until the look's time is up.
 *
 * @returns whether it has repaired all of them
 */
export async function repairInParts(
  services: SealServices,
  entries: readonly DueEntry[],
  look: Look,
): Promise<boolean> {
  for (let at = 0; at < entries.length; at += RECORDS_PER_LOOK) {
    if (services.clock.now() >= look.until) return false;
    await repairAll(services, entries.slice(at, at + RECORDS_PER_LOOK), look);
  }
  return services.clock.now() < look.until;
}

/** Names an entry's lane: the kind of work and the batch. Each lane has its share of a look. */
function laneOf({ entry, head, job }: Subject, look: Look): string {
  if (entry.kind === 'control') return 'controls';
  if (entry.kind === 'head') return `${head ? workOf(head, look) : 'unread'} ${entry.buffer.batch}`;
  if (job === undefined) return 'unread jobs';
  if (isEnded(job)) return `onDead ${job.batch}`;
  return `${job.ttlDue <= look.now ? 'retention' : 'jobs'} ${job.batch}`;
}

/** Repairs one entry, or puts it off if that fails. */
async function repair(services: SealServices, given: Subject, look: Look): Promise<void> {
  const { memory, report } = look;
  const { entry } = given;
  let subject = given;
  try {
    subject = await readAlone(services, given);
    const batch = batchOf(subject);
    if (!(await prolongRecords(services, subject, look))) return;
    if (entry.kind !== 'control' && batch !== undefined && services.definitionOf(batch) === undefined) {
      report.removed += 1;
      await noteRemoved(services, memory, batch);
      if (entry.kind === 'head' && subject.head) {
        await publishLeft(services, entry.buffer, subject.head, look);
      }
      return tellStuck(services, batch, await putOff(services, memory, subject));
    }
    if (entry.kind === 'control') await repairControl(services, entry.batch);
    else if (entry.kind === 'head' && subject.head)
      await repairBuffer(services, entry.buffer, subject.head, look);
    else if (subject.job) await repairJob(services, subject.job, look);
    memory.wake(subject.name);
  } catch (error) {
    const isNewer = error instanceof NewerSchemaError;
    const batch = batchOf(subject);
    report.failed += 1;
    if (isNewer) report.newer += 1;
    services.warn('what was due could not be put right; a later look will try again', error, {
      ...(batch !== undefined && { batch }),
      ...(entry.kind === 'head' && entry.buffer),
      ...(entry.kind === 'job' && { job: entry.id }),
    });
    tellStuck(services, batch, await putOff(services, memory, subject, isNewer));
  }
}

/** Reads an entry's record alone if it could not be read with others, so that one failure affects one entry. */
async function readAlone({ store }: Pick<Services, 'store'>, subject: Subject): Promise<Subject> {
  const { entry } = subject;
  if (subject.isRead || entry.kind === 'control') return subject;
  if (entry.kind === 'job') return { ...subject, job: await store.jobs.readJob(entry.id) };
  return { ...subject, head: await store.heads.readHead(entry.buffer) };
}

/**
 * Prolongs the records of an unfinished window or job, whatever holds it back (invariant 10). There is no other rule of
 * retention.
 *
 * @returns false when the look's time was up before all records were prolonged. The entry stays due
 */
async function prolongRecords(
  services: Pick<Services, 'deployment' | 'store' | 'clock'>,
  { entry, head, job }: Subject,
  look: Look,
): Promise<boolean> {
  const now = services.clock.now();
  if (entry.kind === 'head' && head?.open && head.open.ttl.due <= now) {
    look.report.kept += 1;
    return prolongBuffer(services, entry.buffer, head, look.until);
  }
  const isOpen = job && (!isEnded(job) || job.onDeadPending !== undefined);
  if (isOpen && job.ttlDue <= now) {
    look.report.kept += 1;
    await prolongJob(services, job);
  }
  return true;
}

/** Leaves an entry alone for a while. Returns how many looks in a row could not repair it. */
async function putOff(
  { store, clock }: StoreAccess,
  memory: TickerMemory,
  { entry, name, head, job }: Subject,
  isNewer = false,
): Promise<number> {
  const now = clock.now();
  try {
    if (entry.kind === 'head' && head) {
      await store.headSchedules.putOff(entry.buffer, head, putOffTo(head, now, backoffMs(head.fails)));
      return head.fails + 1;
    }
    if (entry.kind === 'job' && job) {
      await store.jobs.lookAgain(entry.id, now + resendBackoffMs(job.resends + 1), true);
      return job.resends + 1;
    }
  } catch {
    // If that cannot be written either, this process remembers the entry.
  }
  return memory.rest(name, now, isNewer);
}

function batchOf({ entry, job }: Subject): string | undefined {
  if (entry.kind === 'job') return job?.batch;
  return entry.kind === 'head' ? entry.buffer.batch : entry.batch;
}

/** Measures an entry that could not be repaired for long, for its batch and for all batches together. */
function tellStuck({ measure }: Pick<Services, 'measure'>, batch: string | undefined, fails: number): void {
  if (fails < STUCK_AFTER) return;
  if (batch !== undefined) measure(batch, { EntriesStuck: 1 });
  measure(ALL_BATCHES, { EntriesStuck: 1 });
}
