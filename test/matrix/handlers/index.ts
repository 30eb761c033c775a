import { type BatchContext, batch } from 'cistern';

/** What each handler's module gives: that its package works. */
const HANDLERS: Readonly<
  Record<string, () => Promise<{ readonly default: () => string | Promise<string> }>>
> = {
  pino: () => import('./pino.ts'),
  ejs: () => import('./ejs.ts'),
  pg: () => import('./pg.ts'),
  pdfkit: () => import('./pdfkit.ts'),
  knex: () => import('./knex.ts'),
  'better-sqlite3': () => import('./better-sqlite3.ts'),
  sharp: () => import('./sharp.ts'),
};

/** Uses each package that it is given, and says what came of it. */
export const packages = batch<string, readonly string[]>({
  name: 'packages',
  maxSize: Object.keys(HANDLERS).length,
  maxWaitMs: 60_000,
  retries: { max: 0 },
  async handler({ batch: names }: BatchContext<string>) {
    const said = names.map(async name => {
      const { default: use } = await (HANDLERS[name]?.() ??
        Promise.reject(new Error(`There is no ${name}.`)));
      return use();
    });
    return Promise.all(said);
  },
});
