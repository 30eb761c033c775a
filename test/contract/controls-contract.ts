import { describe, expect, test } from '@jest/globals';
import type { DrainRecord } from '#lib/store/control';
import { type ContractKit, NOW } from './store-under-test.ts';

const FREE = { paused: false, ingestionPaused: false, since: undefined, drain: undefined };

/** What operators have asked of a batch. */
export function controlsContract(kit: ContractKit): void {
  const controls = () => kit.store.controls;
  const freshBatch = (): string => `controls.${kit.freshId().replaceAll(/\W/g, '')}`;
  const drain = (id: string, change: Partial<DrainRecord> = {}): DrainRecord => ({
    id,
    startedAt: NOW,
    until: NOW + 900,
    state: 'draining',
    flushed: 0,
    ...change,
  });

  describe('a batch’s control', () => {
    test('is free until something is asked, and keeps what a change leaves out', async () => {
      const batch = freshBatch();
      expect(await controls().readControl(batch)).toEqual(FREE);
      const paused = { ...FREE, paused: true, ingestionPaused: true, since: NOW };
      const { drain: _, ...asked } = paused;
      expect(await controls().changeControl(batch, asked)).toEqual(paused);
      expect(await controls().changeControl(batch, { ingestionPaused: false })).toEqual({
        ...paused,
        ingestionPaused: false,
      });
      expect(await controls().readControl(batch)).toEqual({ ...paused, ingestionPaused: false });
      expect(await controls().readControl(`${batch}.b`)).toEqual(FREE);
    });

    test('is changed for a drain only while that one is under way', async () => {
      const batch = freshBatch();
      const begun = { paused: true, since: NOW, drain: drain('d1') };
      const change = (id: string, version: number | undefined, next: Partial<DrainRecord>) =>
        controls().changeControl(
          batch,
          { drain: drain(id, next) },
          { whileDraining: { id, ...(version && { version }) } },
        );
      expect(await change('d1', undefined, { flushed: 1 })).toBeUndefined();
      expect(await controls().readControl(batch)).toEqual(FREE);
      await controls().changeControl(batch, begun);
      expect(await change('d2', undefined, { flushed: 1 })).toBeUndefined();
      const flushed = await change('d1', undefined, { flushed: 5 });
      expect(flushed).toMatchObject({ ...begun, drain: drain('d1', { flushed: 5 }) });
      const ended = drain('d1', { flushed: 5, state: 'drained', finishedAt: NOW + 9, completed: 2, dead: 1 });
      expect(await change('d1', 1, ended)).toMatchObject({ drain: ended });
      expect(await change('d1', 2, { flushed: 6 })).toBeUndefined();
      expect(await controls().readControl(batch)).toEqual({
        ...FREE,
        paused: true,
        since: NOW,
        drain: { ...ended, version: 2 },
      });
    });

    test('is changed for a drain only where its record has not changed since it was read', async () => {
      const batch = freshBatch();
      await controls().changeControl(batch, { paused: true, drain: drain('d') });
      const change = (whileDraining: DrainRecord, flushed: number) =>
        controls().changeControl(batch, { drain: { ...whileDraining, flushed } }, { whileDraining });
      const records = [drain('d')];
      for (const flushed of [1, 2, 3]) {
        const last = records.at(-1) ?? drain('d');
        const { drain: next } = (await change(last, flushed)) ?? {};
        expect(next).toEqual(drain('d', { flushed, version: flushed }));
        for (const older of records) expect(await change(older, 9)).toBeUndefined();
        if (next) records.push(next);
      }
      // a change of nothing is one of the same record
      const { drain: there } = await controls().readControl(batch);
      expect(there).toEqual(records.at(-1));
      for (const older of records.slice(0, -1)) {
        expect(
          await controls().changeControl(batch, { paused: false }, { whileDraining: older }),
        ).toBeUndefined();
      }
      const same = await controls().changeControl(
        batch,
        { since: NOW },
        { whileDraining: there ?? drain('d') },
      );
      expect(same).toEqual({ ...FREE, paused: true, since: NOW, drain: there });
      // a process of the version before leaves the count out, or puts back an older one
      await controls().changeControl(batch, { drain: drain('d', { flushed: 4 }) });
      expect(await change(there ?? drain('d'), 9)).toBeUndefined();
      expect(await change(drain('d'), 5)).toMatchObject({ drain: { flushed: 5, version: 1 } });
    });

    test('is left alone by a change that wants no drain while one is under way', async () => {
      const batch = freshBatch();
      const change = (id: string) =>
        controls().changeControl(batch, { paused: true, drain: drain(id) }, { unlessDraining: true });
      expect(await change('d1')).toMatchObject({ drain: { id: 'd1' } });
      expect(await change('d2')).toBeUndefined();
      expect(await controls().readControl(batch)).toMatchObject({ drain: { id: 'd1' } });
      const ended = drain('d1', { state: 'drained' });
      await controls().changeControl(batch, { drain: ended }, { whileDraining: drain('d1') });
      expect(await change('d3')).toMatchObject({ drain: { id: 'd3' } });
    });

    test('has the ticker look at a drain, until a change does not ask for it', async () => {
      const batch = freshBatch();
      const look = async () => (await kit.due(NOW * 2)).get(`control ${batch}`);
      await controls().changeControl(batch, { paused: true });
      expect(await look()).toBeUndefined();
      await controls().changeControl(batch, { drain: drain('d') }, { lookAt: NOW + 7 });
      expect(await look()).toBe(NOW + 7);
      await controls().changeControl(batch, {}, { whileDraining: drain('d'), lookAt: NOW + 8 });
      expect(await look()).toBe(NOW + 8);
      await controls().changeControl(batch, {}, { whileDraining: drain('other'), lookAt: NOW + 9 });
      expect(await look()).toBe(NOW + 8);
      await controls().changeControl(batch, { paused: false }, { whileDraining: drain('other') });
      expect(await look()).toBe(NOW + 8);
      await controls().changeControl(batch, { paused: false });
      expect(await look()).toBeUndefined();
    });
  });

  test('a resume is looked at until its end is written, unless something has been asked since', async () => {
    const batch = freshBatch();
    const looks = async () => (await kit.due(NOW * 2)).has(`control ${batch}`);
    await controls().changeControl(batch, { paused: false, since: NOW }, { lookAt: NOW });
    expect(await looks()).toBe(true);
    await kit.store.index.endLook(batch, NOW - 1);
    expect(await looks()).toBe(true);
    await kit.store.index.endLook(batch, NOW);
    expect(await looks()).toBe(false);
    await controls().changeControl(batch, { since: NOW, drain: drain('d') }, { lookAt: NOW });
    await kit.store.index.endLook(batch, NOW);
    expect(await looks()).toBe(true);
    await kit.store.index.endLook(freshBatch(), NOW);
  });

  test('removed batches are told until they are forgotten, whatever they are called', async () => {
    const names = ['a.b', 'a:b', 'a-b', 'constructor', 'v', 'pk'].map(name => `${name}-${freshBatch()}`);
    for (const name of [...names, names[0] ?? '']) await kit.store.index.noteRemoved(name, NOW);
    expect(await kit.store.index.removedBatches()).toEqual(expect.arrayContaining(names));
    await kit.store.index.forgetRemoved(names[0] ?? '');
    await kit.store.index.forgetRemoved('never noted');
    const left = await kit.store.index.removedBatches();
    expect(left).toEqual(expect.arrayContaining(names.slice(1)));
    expect(left).not.toContain(names[0]);
  });
}
