import { once } from 'node:events';
import pino from 'pino';

export default async (): Promise<void> => {
  const transport = pino.transport({ target: 'pino/file', options: { destination: 1 } });
  // the transport's thread by itself keeps no process alive
  const alive = setInterval(() => {}, 1_000);
  const closed = once(transport, 'close');
  pino(transport).info('pino works');
  transport.end();
  await closed;
  clearInterval(alive);
};
