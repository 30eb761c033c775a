import Database from 'better-sqlite3';

export default (): string => {
  const { does } = new Database(':memory:').prepare("select 'works' as does").get() as { does: string };
  return `better-sqlite3 ${does}`;
};
