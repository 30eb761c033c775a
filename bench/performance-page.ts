import { readFileSync, writeFileSync } from 'node:fs';
import { withTablesOf } from './performance-tables.ts';

/**
 * Writes the tables of docs/performance.md anew, from files that `npm run bench -- --json FILE` has written:
 * `node --conditions=source --import tsx bench/performance-page.ts FILE …`
 */
const PAGE = 'docs/performance.md';
let page = readFileSync(PAGE, 'utf8');
for (const file of process.argv.slice(2)) page = withTablesOf(page, JSON.parse(readFileSync(file, 'utf8')));
writeFileSync(PAGE, page);
