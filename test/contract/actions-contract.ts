import { describe, expect, test } from '@jest/globals';
import { type ContractKit, NOW } from './store-under-test.ts';

/** The log of what operators do. */
export function actionsContract(kit: ContractKit): void {
  const actions = () => kit.store.actions;
  const freshBatch = (): string => `actions.${kit.freshId().replaceAll(/\W/g, '')}`;

  describe('the log of actions', () => {
    test('has a batch’s actions, the latest first and a page at a time, whole', async () => {
      const batch = freshBatch();
      const first = { at: NOW, action: 'pause', batch } as const;
      const asked = { action: 'redrive', asked: '{"error":"x"}', result: '{"redriven":2}' } as const;
      const second = {
        ...asked,
        ...{ at: NOW + 5, batch, job: 'j', by: 'arn:aws:iam::1:user/ops' },
        from: '203.0.113.7',
      } as const;
      await actions().note(first, 'a');
      await actions().note(second, 'b');
      await actions().note({ ...first, at: NOW + 5 }, 'c');
      await actions().note({ ...first, batch: `${batch}.other` }, 'd');
      const [one, two, ...rest] = await actions().list(batch, 10);
      expect(rest).toHaveLength(1);
      expect([one, two]).toEqual([
        { ...second, place: expect.any(String) },
        { ...first, at: NOW + 5, place: expect.any(String) },
      ]);
      expect(await actions().list(batch, 2)).toEqual([one, two]);
      expect(await actions().list(batch, 1, one?.place)).toEqual([two]);
      expect(await actions().list(batch, 10, two?.place)).toEqual([{ ...first, place: expect.any(String) }]);
      expect(await actions().list(batch, 10, rest[0]?.place)).toEqual([]);
    });

    test('has an action once, however often it is noted', async () => {
      const batch = freshBatch();
      const action = { at: NOW, action: 'purge', batch } as const;
      for (let i = 0; i < 2; i++) await actions().note(action, 'a');
      expect(await actions().list(batch, 10)).toHaveLength(1);
    });
  });
}
