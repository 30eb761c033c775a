import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from './cost/tables.ts';

/** Writes the tables of docs/cost.md anew, after a price or a figure has changed. */
const PAGE = 'docs/cost.md';
writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')));
