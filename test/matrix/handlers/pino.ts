import pino from 'pino';

export default async (): Promise<void> => {
  const transport = pino.transport({ target: 'pino/file', options: { destination: 1 } });
  pino(transport).info('pino works');
  transport.end();
  await new Promise(resolve => transport.once('close', resolve));
};
