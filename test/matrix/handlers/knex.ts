import knex from 'knex';

export default async (): Promise<string> => {
  const connection = { filename: ':memory:' };
  const database = knex({ client: 'better-sqlite3', connection, useNullAsDefault: true });
  const [{ does }] = await database.raw("select 'works' as does");
  await database.destroy();
  return `knex ${does}`;
};
