// Copies the pages of docs/ to where VitePress finds its own packages: beside this file.
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '..');
const pages = join(import.meta.dirname, 'pages');
rmSync(pages, { recursive: true, force: true });
mkdirSync(pages);
for (const name of readdirSync(docs)) {
  if (name !== 'site') cpSync(join(docs, name), join(pages, name), { recursive: true });
}
cpSync(join(import.meta.dirname, 'index.md'), join(pages, 'index.md'));
