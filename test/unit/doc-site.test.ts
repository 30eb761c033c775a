import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { SECTIONS } from '../../docs/site/.vitepress/sections.mjs';

test('the site’s sidebar has every page of docs/, once, and no other', () => {
  const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md') && !/^(?:decisions|site)\//.test(file))
    .map(file => file.replace(/\.md$/, ''));
  const listed = SECTIONS.flatMap(section => section.pages.map(([, path = '']) => path));
  expect(listed.filter(path => !path.startsWith('api/')).sort()).toEqual(pages.sort());
});
