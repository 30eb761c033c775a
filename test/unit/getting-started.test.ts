import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { PROJECT_FILES } from '../../cli/init/write-project.ts';

const page = readFileSync('docs/getting-started.md', 'utf8');

test.each(PROJECT_FILES)('the page on getting started shows what `cistern init` writes: %s', file => {
  const written = readFileSync(`examples/new-project/${file}`, 'utf8');
  expect(page).toContain(`\`${file}\``);
  expect(page).toContain(`\n\`\`\`${file.endsWith('.json') ? 'json' : 'ts'}\n${written}\`\`\`\n`);
});
