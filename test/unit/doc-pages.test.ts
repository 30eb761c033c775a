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
/** A function, class or constant of the code, linked to its file. */
const SYMBOL = /\[`(\w+)(?:\(\))?`\]\(([^)\s#]+\.ts)\)/g;
const declares = (code: string, name: string): boolean =>
  new RegExp(`^(?:export )?(?:async )?(?:function|const|class) ${name}\\b`, 'm').test(code);

/** A file or folder of the code: `lib/jobs/end-of.ts`. */
const CODE = /`((?:lib|functions|infra|cli|local|dashboard|bench|loader|packaging)\/[\w./-]*)`/g;

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

test('pages and decisions name files and folders of the code that exist', () => {
  const decisions = readdirSync('docs/decisions').map(file => `docs/decisions/${file}`);
  const missing = [...PAGES, ...decisions].flatMap(page =>
    [...readFileSync(page, 'utf8').matchAll(CODE)]
      .map(([, path = '']) => path)
      .filter(path => !existsSync(path))
      .map(path => `${page}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test('comments of the code name decisions that have a page', () => {
  const numbers = new Set(readdirSync('docs/decisions').map(file => file.slice(0, 4)));
  const files = ['lib', 'functions', 'infra', 'cli', 'local', 'dashboard', 'loader', 'packaging'].flatMap(
    top =>
      readdirSync(top, { recursive: true, encoding: 'utf8' })
        .filter(file => /\.(?:tsx?|mjs)$/.test(file))
        .map(file => `${top}/${file}`),
  );
  const missing = files.flatMap(file =>
    [...readFileSync(file, 'utf8').matchAll(/docs\/decisions\/(\d{4})/g)]
      .filter(([, number = '']) => !numbers.has(number))
      .map(([name]) => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test.each(PAGES)('%s names functions that are in the files that it links to', page => {
  const missing = [...readFileSync(page, 'utf8').matchAll(SYMBOL)].filter(([, name = '', target = '']) => {
    const file = join(dirname(page), target);
    return !existsSync(file) || !declares(readFileSync(file, 'utf8'), name);
  });
  expect(missing.map(([link]) => link)).toEqual([]);
});

test('the walk through the code names a function for each of its steps', () => {
  const [, walk = ''] = readFileSync('docs/walk.md', 'utf8').split('## From add to handler');
  const steps = [...walk.matchAll(/^\| (\d+) \|.*$/gm)];
  expect(steps.map(([, number]) => Number(number))).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
  expect(steps.filter(([row]) => row.search(SYMBOL) < 0)).toEqual([]);
});

describe('the map of the folders in CONTRIBUTING.md', () => {
  const [, map = ''] =
    /## The house\n\n```\n([\s\S]*?)```/.exec(readFileSync('CONTRIBUTING.md', 'utf8')) ?? [];
  let top = '';
  const named = [...map.matchAll(/^( {2})?([\w.-]+\/?) {2,}/gm)].map(([, indent, name = '']) => {
    if (indent === undefined) top = name;
    return indent === undefined ? name : `${top}${name}`;
  });

  test('names files and folders that exist', () => {
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(path => !existsSync(path))).toEqual([]);
  });

  test.each(['lib', 'functions', 'infra', 'cli', 'local'])('names every folder of %s', folder => {
    const folders = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory());
    const paths = folders.map(({ name }) => `${folder}/${name}/`);
    expect(paths.filter(path => !named.includes(path))).toEqual([]);
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
