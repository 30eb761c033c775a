import pg from 'pg';

export default async (): Promise<void> => {
  // nobody listens there: what counts is that it gets so far
  const client = new pg.Client({ host: '127.0.0.1', port: 1 });
  await client.connect().catch((error: { code: string }) => {
    if (error.code === 'ECONNREFUSED') console.log('pg works');
  });
};
