import { describe, expect, jest, test } from '@jest/globals';
import { batch } from 'cistern';
import { MemoryWork } from '../support/memory-work.ts';

describe.each([
  { name: 'an item', dedup: false },
  { name: 'an item with a dedup key', dedup: true },
])('$name', ({ dedup }) => {
  function stage() {
    const definition = batch<{ id: string }>({
      name: 'contended',
      maxSize: 3,
      maxWaitMs: 60_000,
      ...(dedup && { deduplicateBy: item => item.id }),
      handler: () => {},
    });
    const work = new MemoryWork([definition]);
    const put = jest.spyOn(work.memory.store.windows, 'putChunk');
    return { put, add: () => work.add(definition, [{ id: 'a' }]) };
  }

  test('that is fenced is reserved for again, in a later slot', async () => {
    const { put, add } = stage();
    put.mockResolvedValueOnce('fenced').mockResolvedValueOnce('fenced');
    expect(await add()).toMatchObject([{ slot: 2, duplicate: false }]);
    expect(put).toHaveBeenCalledTimes(3);
  });

  test('that is fenced in each of eight tries is not stored, and the error says so', async () => {
    const { put, add } = stage();
    put.mockResolvedValue('fenced');
    await expect(add()).rejects.toMatchObject({
      code: 'batch.add_incomplete',
      notStored: [0],
      unknown: [],
      details: { reason: 'batch.add_contended' },
    });
    expect(put).toHaveBeenCalledTimes(8);
  });
});
