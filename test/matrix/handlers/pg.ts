import pg from 'pg';

export default async (): Promise<string> => {
  // nobody listens there: what counts is that it gets so far
  const client = new pg.Client({ host: '127.0.0.1', port: 1 });
  const code = await client.connect().then(
    () => 'connected',
    (error: { code: string }) => error.code,
  );
  return `pg ${code === 'ECONNREFUSED' ? 'works' : code}`;
};
