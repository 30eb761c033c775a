import { parse } from 'csv-parse/browser/esm/sync';
import type { ReadItems } from '../model/read-items.ts';

/** The rows of CSV (RFC 4180) as items: objects with the header's names, each field a text. The command line reads it so too. */
export function readCsv(text: string): ReadItems {
  try {
    const [header = [], ...rows] = parse(text, { bom: true, skip_empty_lines: true });
    const twice = header.find((name, at) => name === '' || header.indexOf(name) !== at);
    if (twice !== undefined) {
      return {
        wrong: `The first line has to name each field once; ${JSON.stringify(twice)} is there twice or empty.`,
      };
    }
    return {
      items: rows.map(row => JSON.stringify(Object.fromEntries(header.map((name, at) => [name, row[at]])))),
    };
  } catch (error) {
    return { wrong: `This CSV cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}
