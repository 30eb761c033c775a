import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROJECT_FILES } from '../../cli/init/write-project.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md') && !/^(?:decisions|site)\//.test(file))
    .map(file => `docs/${file}`),
];
/** A test as pages name it: `file`: "title", with the title as the file has it. */
const PROOF = /`(test\/[\w./-]+\.ts)`(?::\s+"((?:[^"\\]|\\.)*)")?/g;
const LINK = /\]\(([^)\s]+)\)/g;

/** How GitHub names the place of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const withoutCode = (text: string): string => text.replaceAll(/```[\s\S]*?```/g, '');
const headingsOf = (file: string): string[] =>
  [...withoutCode(readFileSync(file, 'utf8')).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => anchorOf(text));

describe.each(PAGES)('%s', page => {
  const text = readFileSync(page, 'utf8');

  test('names tests that exist, by titles that their files have', () => {
    const missing = [...text.matchAll(PROOF)].filter(([, file = '', title]) => {
      if (PROJECT_FILES.includes(file)) return false;
      if (!existsSync(file)) return true;
      return title !== undefined && !readFileSync(file, 'utf8').includes(title.replaceAll('\\"', '"'));
    });
    expect(missing.map(([, file, title]) => `${file}: ${title}`)).toEqual([]);
  });

  test('links to pages and headings that exist', () => {
    const broken = [...withoutCode(text).matchAll(LINK)].flatMap(([, target = '']) => {
      if (/^https?:/.test(target)) return [];
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(file)) return [target];
      return anchor !== undefined && !headingsOf(file).includes(anchor) ? [target] : [];
    });
    expect(broken).toEqual([]);
  });
});

test('each section of what is promised says how we know, except the one that gives advice', () => {
  const promised = headingsOf('docs/semantics.md');
  const known = headingsOf('docs/promises.md');
  const unknown = promised.slice(1).filter(heading => !known.includes(heading));
  expect(unknown).toEqual(['idempotency']);
});

test('what is promised is told without the names of tests, which are on the page of how we know', () => {
  expect([...readFileSync('docs/semantics.md', 'utf8').matchAll(PROOF)].map(([proof]) => proof)).toEqual([]);
});
