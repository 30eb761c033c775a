// Writes each page's Markdown beside its HTML, and llms.txt, which lists the pages for programs that read text.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SECTIONS } from './.vitepress/sections.mjs';

const here = import.meta.dirname;

/** The sentence that says what a page is for. */
function purposeOf(text) {
  const prose = text.split('\n\n').find(part => /^[A-Z]/.test(part)) ?? '';
  return prose.replaceAll(/\s+/g, ' ').replace(/(?<=\.) .*$/, '');
}

const lines = ['# Cistern', '', '> A serverless batch accumulator for AWS, in TypeScript.', ''];
for (const { text: section, pages } of SECTIONS) {
  lines.push(`## ${section}`, '');
  for (const [title, path] of pages) {
    const target = join(here, 'dist', `${path}.md`);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(here, 'pages', `${path}.md`), target);
    lines.push(`- [${title}](/${path}.md): ${purposeOf(readFileSync(target, 'utf8'))}`);
  }
  lines.push('');
}
writeFileSync(join(here, 'dist/llms.txt'), lines.join('\n'));
