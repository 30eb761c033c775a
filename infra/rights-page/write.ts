import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../bundling/package-root.ts';
import { rightsPage } from './rights-page.ts';

writeFileSync(join(PACKAGE_ROOT, 'docs/rights.md'), rightsPage());
