import { useEffect, useState } from 'preact/hooks';
import { type ReadItems, readJson, readLines, type TextFormat } from '../model/read-items.ts';

/** So long after the last key what is written is read. */
const QUIET_MS = 150;

/** The items of a text, a moment after it was changed last; undefined while there is none, or it is being read. */
export function useItemsOf(text: string, format: TextFormat): ReadItems | undefined {
  const [read, setRead] = useState<ReadItems | undefined>(undefined);
  useEffect(() => {
    let wanted = true;
    setRead(undefined);
    if (text.trim() === '') return undefined;
    const timer = setTimeout(() => {
      void itemsOf(text, format).then(items => {
        if (wanted) setRead(items);
      });
    }, QUIET_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [text, format]);
  return read;
}

async function itemsOf(text: string, format: TextFormat): Promise<ReadItems> {
  if (format === 'json') return readJson(text);
  if (format === 'ndjson') return readLines(text);
  // the parser is as large as half of the page, and few ever need it
  const { readCsv } = await import('./read-csv.ts');
  return readCsv(text);
}
