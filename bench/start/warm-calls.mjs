/** Calls the ingest bundle over HTTP's event again and again, and writes what a call takes of the processor and the memory. */
import { pathToFileURL } from 'node:url';

const [, , file = '', given = '', times = ''] = process.argv;
const [items, calls] = [Number(given), Number(times)];
const ITEM = { order: '8f14e45f-ceea-467f-a0e6-1c2b3d4e5f60', text: 'x'.repeat(320) };
const body = JSON.stringify(
  items === 1 ? { item: ITEM } : { items: Array.from({ length: items }, (_, n) => ({ n, ...ITEM })) },
);
const event = {
  version: '2.0',
  rawPath: '/v1/batches/bench/items',
  rawQueryString: '',
  headers: { 'content-type': 'application/json' },
  isBase64Encoded: false,
  body,
  requestContext: { http: { method: 'POST', path: '/v1/batches/bench/items' }, stage: '$default' },
};
const context = { awsRequestId: 'bench', functionName: 'bench', getRemainingTimeInMillis: () => 60_000 };
const log = console.log;
process.stdout.write = () => true;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const { handler } = await import(pathToFileURL(file).href);
const call = async () => {
  const { statusCode, body: answer } = await handler(event, context);
  if (statusCode !== 202) throw new Error(answer);
};
const loaded = cpuMs();
await call();
const first = cpuMs() - loaded;
for (let n = 0; n < calls; n++) await call();
const before = cpuMs();
for (let n = 0; n < calls; n++) await call();
const warm = (cpuMs() - before) / calls;
delete process.stdout.write;
log(JSON.stringify({ first, warm, mb: process.resourceUsage().maxRSS / 1_024, bodyKb: body.length / 1_000 }));
process.exit(0);
