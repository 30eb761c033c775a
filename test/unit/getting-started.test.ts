import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { PROJECT_FILES, sourceOf } from '../../cli/init/write-project.ts';

const LANGUAGES: Readonly<Record<string, string>> = { '.gitignore': 'gitignore', 'cdk.json': 'json' };
const page = readFileSync('docs/getting-started.md', 'utf8');

test.each(PROJECT_FILES)('the page on getting started shows what `cistern init` writes: %s', file => {
  const written = readFileSync(sourceOf(file), 'utf8');
  expect(page).toContain(`\`${file}\``);
  expect(page).toContain(`\n\`\`\`${LANGUAGES[file] ?? 'ts'}\n${written}\`\`\`\n`);
});
