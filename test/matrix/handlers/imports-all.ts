import Database from 'better-sqlite3';
import { batch } from 'cistern';
import ejs from 'ejs';
import knex from 'knex';
import PdfDocument from 'pdfkit';
import pg from 'pg';
import pino from 'pino';
import sharp from 'sharp';

const log = pino({ transport: { target: 'pino/file', options: { destination: 1 } } });
const memory = { filename: ':memory:' };
const database = knex({ client: 'better-sqlite3', connection: memory, useNullAsDefault: true });
const pool = new pg.Pool({ host: '127.0.0.1', port: 1 });

/** Definitions that import at their top what a handler alone needs. */
export const reports = batch<{ readonly id: string }>({
  name: 'reports',
  maxSize: 2,
  maxWaitMs: 1_000,
  deduplicateBy: ({ id }) => id,
  handler: async ({ items }) => {
    log.info(ejs.render('<%= count %>', { count: items.length }));
    new PdfDocument().end();
    new Database(memory.filename).close();
    await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } }).toBuffer();
    await database.destroy();
    await pool.end();
  },
});
