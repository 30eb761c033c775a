/** Loads a function's bundle, calls it twice, and writes how long each took, in ms. */
import { pathToFileURL } from 'node:url';

const [, , file = '', entry = ''] = process.argv;
const EVENTS = {
  ingest: { batch: 'bench', item: { n: 1 } },
  'admin-http': {
    version: '2.0',
    rawPath: '/health',
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    requestContext: { http: { method: 'GET', path: '/health' }, stage: '$default' },
  },
  admin: { batch: 'bench' },
  ticker: {},
};
const CONTEXT = { getRemainingTimeInMillis: () => 60_000 };
const timed = async work => {
  const began = performance.now();
  const value = await work();
  return [performance.now() - began, value];
};
const log = console.log;
console.log = () => {};
const [load, { handler }] = await timed(() => import(pathToFileURL(file).href));
const call = () => handler(EVENTS[entry] ?? { Records: [] }, CONTEXT);
const [first] = await timed(call);
const [second] = await timed(call);
log(JSON.stringify({ load, first, second }));
process.exit(0);
