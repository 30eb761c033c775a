import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundlePage } from './bundle-page.ts';

/** A step of `npm run build`. It puts the built page beside the compiled `page-files.js`, which reads it from there. */
const root = resolve(import.meta.dirname, '..');
const built = join(root, 'dist/dashboard/built');

const { files } = await bundlePage(join(root, 'dashboard/page'));
await rm(built, { recursive: true, force: true });
await mkdir(built, { recursive: true });
await Promise.all(files.map(({ path, body }) => writeFile(join(built, path), body)));
