import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A block of TypeScript in a page, with what its page says is given. */
export interface Block {
  readonly page: string;
  /** The line of the page that it begins on. */
  readonly line: number;
  readonly code: string;
  /** Declarations of what the block uses and does not show: `<!-- given … -->` before it. */
  readonly given: string;
}

const BLOCK = /(?:<!-- given\n([\s\S]*?)-->\n+)?^```(?:ts|tsx)\n([\s\S]*?)^```$/gm;

/** The pages that are read by users. */
async function userPages(): Promise<string[]> {
  const pages = await readdir('docs', { recursive: true });
  return [
    'README.md',
    ...pages
      .filter(page => page.endsWith('.md') && !/^(?:decisions|site)\//.test(page))
      .map(page => `docs/${page}`)
      .sort(),
  ];
}

function blocksOf(page: string, text: string): Block[] {
  return [...text.matchAll(BLOCK)].map(match => {
    const [whole, given = '', code = ''] = match;
    const begins = match.index + whole.indexOf('```ts');
    return { page, line: text.slice(0, begins).split('\n').length, code, given };
  });
}

const IMPORT = /^import [^;]*;[^\n]*$/gm;

/**
 * The block as a module. What exports is one as it stands; other blocks are the body of a function, so that they may
 * await, return, and be of a construct.
 */
function moduleOf({ code, given }: Block): string {
  const imports = [...given.matchAll(IMPORT), ...code.matchAll(IMPORT)].map(([line]) => line);
  const declared = given.replaceAll(IMPORT, '');
  const rest = code.replaceAll(IMPORT, '');
  const body = /^export /m.test(rest)
    ? rest
    : `export async function page(this: import('constructs').Construct) {\n${rest}\n}\n`;
  return [...new Set(imports), declared, body, 'export {};'].join('\n');
}

/** The modules that blocks import, beside `cistern` and packages. */
const BESIDE: Readonly<Record<string, string>> = {
  'batches/orders.ts':
    "import { batch } from 'cistern';\nexport const orders = batch<{ id: string | number }>({ name: 'orders', maxSize: 1, maxWaitMs: 1, handler: () => {} });\n",
  'batches/index.ts':
    "import { batch } from 'cistern';\nexport const orders = batch<{ id: string; total: number }, { stored: number }>({ name: 'orders', maxSize: 1, maxWaitMs: 1, handler: () => ({ stored: 1 }) });\nexport const clicks = batch<{ id: string; site: string; at: number }>({ name: 'clicks', maxSize: 1, maxWaitMs: 1, handler: () => {} });\n",
  'docs/packages.d.ts': `
declare module 'pg' {
  export class Pool {
    constructor(options: { max: number });
    query(text: string, values: readonly unknown[]): Promise<{ rowCount: number | null }>;
  }
}
declare module 'vitest' {
  export { afterEach, beforeEach, expect, test } from '@jest/globals';
}
declare module '@aws-sdk/client-s3' {
  export class PutObjectCommand {
    constructor(input: { Bucket: string | undefined; Key: string; Body: string });
  }
  export class S3Client {
    send(command: PutObjectCommand, options?: { abortSignal?: AbortSignal }): Promise<object>;
  }
}
declare module '@aws-sdk/client-lambda' {
  export class InvokeCommand {
    constructor(input: { FunctionName: string; Payload: string });
  }
  export class LambdaClient {
    send(command: InvokeCommand): Promise<{ FunctionError?: string; Payload?: Uint8Array }>;
  }
}
`,
  'docs/make-thumbnails.ts': 'export default async () => {};\n',
  'docs/handle-orders.ts': 'export default async () => {};\n',
  'docs/orders.ts': "export { orders } from '../batches/index.js';\n",
  'docs/batches/index.ts': "export * from '../../batches/index.js';\n",
};

const TSCONFIG = {
  extends: '../../tsconfig.json',
  compilerOptions: {
    noEmit: true,
    rootDir: '../..',
    outDir: '../../dist/docs',
    noUnusedLocals: false,
    noUnusedParameters: false,
    lib: ['es2023', 'es2024.string', 'dom'],
  },
  include: ['docs/*', 'batches/*'],
  exclude: [],
};

/** Writes every block of the pages as a module into a folder of this repository. @returns each file's block */
export async function writeBlocks(folder: string): Promise<Map<string, Block>> {
  await rm(folder, { recursive: true, force: true });
  const files = new Map<string, Block>();
  for (const page of await userPages()) {
    for (const block of blocksOf(page, await readFile(page, 'utf8'))) {
      const file = `docs/${page
        .replace(/^docs\//, '')
        .replaceAll('/', '_')
        .replace(/\.md$/, '')}-line-${block.line}.ts`;
      files.set(file, block);
      await write(join(folder, file), moduleOf(block));
    }
  }
  for (const [file, text] of Object.entries(BESIDE)) await write(join(folder, file), text);
  await write(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  return files;
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
