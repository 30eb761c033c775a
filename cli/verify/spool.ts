import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How many files the receipts are sorted into. One of them at a time is in memory. */
const PARTS = 256;
/** How many characters are gathered for a file before they are written. */
const WRITE_AT = 65_536;

/** Sorts lines into files by a name. All lines of one name are in the same file, and one file at a time is in memory. */
export class Spool {
  readonly #folder: string;
  readonly #pending: string[] = Array.from({ length: PARTS }, () => '');

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens a spool in the system's folder for temporary files. */
  static async open(): Promise<Spool> {
    return new Spool(await mkdtemp(join(tmpdir(), 'cistern-verify-')));
  }

  /** @param text without a line break */
  async add(name: string, text: string): Promise<void> {
    const part = partOf(name);
    const pending = `${this.#pending[part]}${text}\n`;
    this.#pending[part] = pending;
    if (pending.length >= WRITE_AT) await this.#write(part);
  }

  /** Returns the lines of each file. */
  async *parts(): AsyncGenerator<readonly string[]> {
    for (let part = 0; part < PARTS; part += 1) {
      const pending = this.#pending[part] ?? '';
      const written = await readFile(this.#file(part), 'utf8').catch(() => '');
      const lines = (written + pending).split('\n');
      lines.pop();
      if (lines.length > 0) yield lines;
    }
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  #file(part: number): string {
    return join(this.#folder, String(part));
  }

  async #write(part: number): Promise<void> {
    const text = this.#pending[part] ?? '';
    this.#pending[part] = '';
    await appendFile(this.#file(part), text);
  }
}

function partOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at += 1) hash = (hash * 31 + name.charCodeAt(at)) | 0;
  return (hash >>> 0) % PARTS;
}
