import { defineConfig } from 'vitepress';
import { OUTSIDE, SECTIONS } from './sections.mjs';

/** The site is made of `pages`: those of docs/, which collect.mjs copies, and the API reference, which TypeDoc writes. */
export default defineConfig({
  title: 'Cistern',
  description: 'A serverless batch accumulator for AWS',
  srcDir: './pages',
  outDir: './dist',
  cacheDir: './.vitepress/cache',
  // a link to a page that is not there fails the build; files of the repository beside docs/ are no pages
  ignoreDeadLinks: [OUTSIDE],
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: SECTIONS.map(({ text, pages }) => ({
      text,
      items: pages.map(([title, path]) => ({ text: title, link: `/${path}` })),
    })),
  },
});
