import { batch } from 'cistern';
import { startLocal } from 'cistern/local';

const plain = batch({
  name: 'plain',
  maxSize: 2,
  maxWaitMs: 60_000,
  handler: ({ batch: items }) => console.log(`plain ${items.map(({ n }) => n).join()}`),
});
const first = await startLocal({ batches: [plain], port: 0 });
for (const path of ['/dashboard/', '/dashboard/app.js', '/dashboard/app.css']) {
  const { status } = await fetch(first.url + path);
  console.log(`${path} ${status}`);
}
await plain.addBulk([{ n: 1 }, { n: 2 }]);
await new Promise(resolve => setTimeout(resolve, 500));
await first.stop();
const second = await startLocal({ batches: 'batches.ts', port: 0 });
await second.definitions[0].addBulk([{ n: 3 }, { n: 4 }]);
await new Promise(resolve => setTimeout(resolve, 500));
await second.stop();
