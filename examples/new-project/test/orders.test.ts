import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLocal } from 'cistern/local';
import { orders } from '../batches/index.js';

test('an order that comes twice is stored once', async () => {
  const local = await startLocal({ batches: [orders], port: 0 });
  try {
    const receipt = await orders.add({ id: 'a', total: 9 });
    const again = await orders.add({ id: 'a', total: 9 });
    assert.equal(again.duplicate, true);

    await orders.flush();
    const { result } = await orders.waitFor(receipt);
    assert.deepEqual(result, { stored: 1 });
  } finally {
    await local.stop();
  }
});
