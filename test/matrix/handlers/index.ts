import { batch } from 'cistern';

const options = { maxSize: 2, maxWaitMs: 1_000 };
export const all = [
  batch({ ...options, name: 'pino', handler: () => import('./pino.ts') }),
  batch({ ...options, name: 'ejs', handler: () => import('./ejs.ts') }),
  batch({ ...options, name: 'pg', handler: () => import('./pg.ts') }),
  batch({ ...options, name: 'pdfkit', handler: () => import('./pdfkit.ts') }),
  batch({ ...options, name: 'knex', handler: () => import('./knex.ts') }),
  batch({ ...options, name: 'better-sqlite3', handler: () => import('./better-sqlite3.ts') }),
  batch({ ...options, name: 'sharp', handler: () => import('./sharp.ts') }),
];
