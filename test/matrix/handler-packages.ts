/** Packages that are hard to bundle, which the handlers in `handlers` use. */
export const HANDLER_PACKAGES = {
  pino: '10.4.0',
  ejs: '7.0.2',
  pg: '8.23.1',
  pdfkit: '0.20.2',
  knex: '3.3.0',
  'better-sqlite3': '13.2.0',
  sharp: '0.35.5',
} as const;
