import Database from 'better-sqlite3';

export default (): void => {
  const { does } = new Database(':memory:').prepare("select 'works' as does").get() as { does: string };
  console.log(`better-sqlite3 ${does}`);
};
