import { describe, expect, test } from '@jest/globals';
import { NewerSchemaError } from 'cistern';
import { hashKey } from '#lib/hashing/key-hash';
import type { RecordKey } from '#lib/store/keys';
import type { Store } from '#lib/store/ports';
import { RECORD_VERSION, SCHEMA_VERSION } from '#lib/store/schema';
import type { Table } from '#lib/store/table-port';
import { ending, redriving } from './job-runs-contract.ts';
import { Scene, UNTIL } from './schema-scene.ts';
import { NOW, opening, openOf, sealing } from './store-under-test.ts';

const LATER = SCHEMA_VERSION + 1;

/** Every way in which a record of each kind is read or written. */
const ACCESSES: readonly [kind: string, name: string, access: (store: Store, scene: Scene) => unknown][] = [
  ['head', 'reserve', ({ heads }, { buffer }) => heads.reserve(buffer, 1, 0, opening('b'))],
  ['head', 'reserve with bytes', ({ heads }, { buffer }) => heads.reserve(buffer, 1, 9, opening('b'))],
  ['head', 'readHead', ({ heads }, { buffer }) => heads.readHead(buffer)],
  ['head', 'readHeads', ({ heads }, { buffer }) => heads.readHeads([buffer])],
  [
    'head',
    'sealOpen',
    async ({ seals }, scene) => {
      const head = await seenBefore(scene);
      return seals.sealOpen(scene.buffer, { ...head, ...openOf(head) }, sealing('s'));
    },
  ],
  [
    'head',
    'sealFull',
    async ({ seals }, scene) => seals.sealFull(scene.buffer, await seenBefore(scene), 1, sealing('s')),
  ],
  [
    'head',
    'clearMarkers',
    async ({ seals }, scene) => seals.clearMarkers(scene.buffer, (await seenBefore(scene)).epoch, [0], NOW),
  ],
  [
    'head',
    'setArmed',
    async ({ headSchedules }, scene) => headSchedules.setArmed(scene.buffer, await seenBefore(scene)),
  ],
  [
    'head',
    'giveTurn',
    async ({ turns }, scene) =>
      turns.giveTurn(scene.buffer, await seenBefore(scene), { at: UNTIL, place: NOW, reason: 'time' }, UNTIL),
  ],
  [
    'head',
    'lookAgain',
    async ({ headSchedules }, scene) => headSchedules.lookAgain(scene.buffer, await seenBefore(scene), UNTIL),
  ],
  [
    'head',
    'putOff',
    async ({ headSchedules }, scene) => headSchedules.putOff(scene.buffer, await seenBefore(scene), UNTIL),
  ],
  [
    'head',
    'setTtl',
    async ({ retention }, scene) =>
      retention.setTtl(scene.buffer, await seenBefore(scene), { due: UNTIL, to: 1 }),
  ],
  [
    'head',
    'pullIn',
    async ({ headSchedules }, scene) => headSchedules.pullIn(scene.buffer, await seenBefore(scene), NOW, 'b'),
  ],
  ['job', 'putJob', ({ jobs }, { newJob }) => jobs.putJob(newJob, NOW)],
  ['job', 'readJob', ({ jobs }, { job }) => jobs.readJob(job)],
  ['job', 'readJobs', ({ jobs }, { job }) => jobs.readJobs([job])],
  ['job', 'claim', ({ jobs }, scene) => jobs.claim(scene.job, scene.claim(1))],
  ['job', 'claim or create', ({ jobs }, scene) => jobs.claim(scene.job, scene.claim(1), scene.newJob)],
  ['job', 'renew', ({ jobs }, { job }) => jobs.renew(job, 'run', UNTIL)],
  ['job', 'putPrepared', ({ jobs }, { job }) => jobs.putPrepared(job, 'run', { count: 0 })],
  ['job', 'end', ({ jobs }, { job, batch }) => jobs.end(job, 'run', ending('completed', { batch }))],
  ['job', 'close', ({ jobs }, { job, batch }) => jobs.close(job, 'closer', ending('failed', { batch }))],
  ['job', 'park', ({ jobs }, { job }) => jobs.park(job, NOW)],
  ['job', 'setTtlDue', ({ jobs }, { job }) => jobs.setTtlDue(job, UNTIL)],
  ['job', 'lookAgain', ({ jobs }, { job }) => jobs.lookAgain(job, NOW, true)],
  ['job', 'markStored', ({ jobs }, { job }) => jobs.markStored(job, NOW)],
  ['job', 'redrive', ({ jobs }, { job }) => jobs.redrive(job, 'redriver', redriving(NOW), 0, NOW)],
  ['job', 'countUnclaimed', ({ jobs }, { job }) => jobs.countUnclaimed(job, NOW)],
  ['job', 'claimOnDead', ({ jobs }, { job }) => jobs.claimOnDead(job, 'run', NOW, UNTIL)],
  ['job', 'endOnDead', ({ jobs }, { job }) => jobs.endOnDead(job, 'run', { againAt: NOW })],
  ['job', 'countHookError', ({ jobs }, { job }) => jobs.countHookError(job)],
  ['job', 'beginPurge', ({ jobs }, { job }) => jobs.beginPurge(job, 0)],
  ['job', 'purge', ({ jobs }, { job }) => jobs.purge(job)],
  [
    'chunk',
    'putChunk',
    ({ windows }, { job }) =>
      windows.putChunk(job, { kind: 'chunk', slot: 0, slots: 1, holes: [], items: '[2]' }),
  ],
  [
    'chunk',
    'putTombstone',
    ({ windows }, { job }) => windows.putTombstone(job, { kind: 'tombstone', slot: 0, slots: 1 }),
  ],
  ['chunk', 'readSlots', ({ windows }, { job }) => windows.readSlots(job, 0, 9)],
  ['chunk', 'readRecords', ({ windows }, { job }) => windows.readRecords(job, [0])],
  ['chunk', 'prolong', ({ retention }, { job }) => retention.prolong(job, NOW * 2)],
  ['chunk', 'erase', ({ retention }, { job }) => retention.erase(job)],
  [
    'tombstone',
    'putChunk',
    ({ windows }, { job }) =>
      windows.putChunk(job, { kind: 'chunk', slot: 1, slots: 1, holes: [], items: '[2]' }),
  ],
  ['tombstone', 'keepSlots', ({ retention }, { job }) => retention.keepSlots(job, 0, 9, NOW * 2, NOW * 2)],
  ['tombstone', 'prolong', ({ retention }, { job }) => retention.prolong(job, NOW * 2)],
  ['marker', 'putKey', ({ dedupKeys }, { job, holder }) => dedupKeys.putKey({ job }, 'k', holder)],
  ['marker', 'readKeys', ({ dedupKeys }, { job }) => dedupKeys.readKeys({ job }, ['k'])],
  [
    'marker',
    'takeOverKey',
    ({ dedupKeys }, { job, holder }) => dedupKeys.takeOverKey({ job }, 'k', holder, { ...holder, chunk: 1 }),
  ],
  [
    'marker',
    'prolongKeys',
    ({ retention }, { job }) => retention.prolongKeys({ job }, [hashKey('k')], job, NOW * 2),
  ],
  ['control', 'endLook', ({ index }, { batch }) => index.endLook(batch, NOW)],
  ['control', 'readControl', ({ controls }, { batch }) => controls.readControl(batch)],
  ['control', 'changeControl', ({ controls }, { batch }) => controls.changeControl(batch, { paused: false })],
  [
    'control',
    'changeControl while draining',
    ({ controls }, { batch }) =>
      controls.changeControl(batch, { paused: false }, { whileDraining: { id: 'd' } }),
  ],
  ['slots', 'readSlots', ({ slots }, { permits }) => slots.readSlots(permits, 1)],
  [
    'slots',
    'take',
    ({ slots }, { permits }) => slots.take(permits, 0, { by: 'r', now: UNTIL, until: UNTIL }),
  ],
  ['slots', 'renew', ({ slots }, { permits }) => slots.renew(permits, 0, 'run', UNTIL)],
  ['slots', 'giveBack', ({ slots }, { permits }) => slots.giveBack(permits, 0, 'run')],
  [
    'slots',
    'correct',
    ({ slots }, { permits }) =>
      slots.correct(permits, { index: 0, by: 'run', freeAt: UNTIL, bookedUntil: 0 }, NOW),
  ],
  ['slots', 'book', ({ slots }, { permits }) => slots.book(permits, 0, { from: NOW, duration: 1 })],
  [
    'slots',
    'unbook',
    ({ slots }, { permits }) =>
      slots.unbook(permits, { index: 0, by: 'run', freeAt: UNTIL, bookedUntil: NOW }),
  ],
  ['lease', 'acquire', ({ leases }, { batch }) => leases.acquire(batch, 'r', NOW, UNTIL)],
  ['lease', 'release', ({ leases }, { batch }) => leases.release(batch, 'r')],
];

/** The head as it was read before a later version changed it. */
const seenBefore = async (scene: Scene) => {
  const head = await scene.store(LATER).heads.readHead(scene.buffer);
  if (head === undefined) throw new Error('There is no head.');
  return head;
};

/** What a store does with schema versions, whatever its table is made of. */
export function schemaContract(name: string, getTable: () => Table): void {
  let scenes = 0;
  const fresh = () => new Scene(getTable(), `${name}-${scenes++}`);

  describe(`schema versions in ${name}`, () => {
    test('every record says the version that made it', async () => {
      for (const version of [undefined, LATER]) {
        const scene = fresh();
        await scene.makeAll(version);
        for (const [kind, key] of Object.entries(scene.keys)) {
          const v = version ?? RECORD_VERSION;
          expect([kind, await scene.raw(key)]).toEqual([kind, expect.objectContaining({ v })]);
        }
      }
    });

    test.each(ACCESSES)('a later %s is refused, and left as it is: %s', async (kind, _, access) => {
      const scene = fresh();
      await scene.makeAll();
      const key = scene.keys[kind] as RecordKey;
      await scene.label(key, LATER);
      const all = () => Promise.all(Object.values(scene.keys).map(each => scene.raw(each)));
      const before = await all();
      const error = await Promise.resolve(access(scene.store(), scene)).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(NewerSchemaError);
      expect(error).toMatchObject({
        code: 'store.newer_schema',
        details: { kind: key.sk.split('|')[0], met: LATER, known: SCHEMA_VERSION },
      });
      expect(await all()).toEqual(before);
    });

    test('an update leaves a record the version that it has, whoever makes it', async () => {
      const scene = fresh();
      await scene.makeAll();
      const later = scene.store(LATER);
      await later.heads.reserve(scene.buffer, 1, 0, opening('b'));
      await later.jobs.claim(scene.job, scene.claim(1));
      await later.controls.changeControl(scene.batch, { paused: false });
      await later.retention.prolong(scene.job, NOW * 2);
      for (const [kind, key] of Object.entries(scene.keys)) {
        const v = RECORD_VERSION;
        expect([kind, await scene.raw(key)]).toEqual([kind, expect.objectContaining({ v })]);
      }
    });

    test.each([SCHEMA_VERSION, LATER])(
      'a record without a version is of version 1, also to version %i',
      async version => {
        const scene = fresh();
        await scene.makeAll();
        for (const key of Object.values(scene.keys)) await scene.label(key, undefined);
        const { heads, jobs, windows, controls, leases, slots } = scene.store(version);
        expect((await heads.reserve(scene.buffer, 1, 0, opening('b'))).next).toBe(2);
        expect((await jobs.claim(scene.job, scene.claim(1))).outcome).toBe('claimed');
        expect((await jobs.claim(`${scene.job}-inline`, scene.claim(3), scene.newJob)).outcome).toBe(
          'claimed',
        );
        expect(await controls.changeControl(scene.batch, { paused: false })).toMatchObject({ paused: false });
        expect(await slots.renew(scene.permits, 0, 'run', UNTIL)).toBe('renewed');
        expect(await leases.acquire(scene.batch, 'r', NOW, UNTIL)).toBe(true);
        expect(await windows.readSlots(scene.job, 0, 9)).toHaveLength(2);
        // none passes for one that the later version made
        for (const key of Object.values(scene.keys)) {
          expect([undefined, 1]).toContain((await scene.raw(key))?.['v']);
        }
        expect((await scene.store().heads.reserve(scene.buffer, 1, 0, opening('c'))).next).toBe(3);
      },
    );
  });
}
