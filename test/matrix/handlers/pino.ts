import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';

export default async (): Promise<string> => {
  const destination = join(tmpdir(), `pino-${process.pid}-${Date.now()}.log`);
  const transport = pino.transport({ target: 'pino/file', options: { destination } });
  // the transport's thread by itself keeps no process alive
  const alive = setInterval(() => {}, 1_000);
  const closed = once(transport, 'close');
  pino(transport).info('pino works');
  transport.end();
  await closed;
  clearInterval(alive);
  const { msg } = JSON.parse(await readFile(destination, 'utf8')) as { msg: string };
  await rm(destination);
  return msg;
};
