import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Explains why a module of definitions could not be loaded: one sentence for the file that failed, one for the reason. */
export function explainFailure(module: string, error: unknown): string {
  const { file, reason } = failureOf(error);
  const where = file === undefined ? '' : ` ${file}:`;
  return `The definitions of ${shownPath(module)} could not be loaded.${where} ${reason}`;
}

/** Returns a path as the user would write it. */
export function shownPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}

interface Failure {
  /** The file and its line, where the error says so. */
  readonly file?: string | undefined;
  readonly reason: string;
}

/** A syntax error as esbuild reports it through tsx: `/app/orders.ts:3:14: ERROR: Expected ";"`. */
const TRANSFORM = /^(.+):(\d+):\d+: ERROR: (.+)$/m;
/** A missing module as Node.js reports it: `Cannot find package 'pg' imported from /app/orders.ts`. */
const NOT_FOUND = /^(Cannot find .+?) imported from (.+?)$/m;
/** The place of a syntax error or of a call: `file:///app/orders.ts:3`, `    at load (/app/orders.ts:3:14)`. */
const PLACE = /(?:^|\(|at (?:async )?)((?:file:\/\/)?\/[^\n()]*?):(\d+)(?::\d+)?\)?$/gm;

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { reason: `It threw ${String(error)}.` };
  const { message, stack = '' } = error;
  const [, transformed, line, syntax] = TRANSFORM.exec(message) ?? [];
  if (transformed !== undefined) return { file: `${shown(transformed)}:${line}`, reason: `${syntax}` };
  const [, missing, importer] = NOT_FOUND.exec(message) ?? [];
  if (importer !== undefined) return { file: shown(importer), reason: `${missing}.` };
  const [summary = ''] = message.split('\n');
  const required = 'requireStack' in error && Array.isArray(error.requireStack) && error.requireStack[0];
  if (typeof required === 'string') return { file: shown(required), reason: `${summary}.` };
  return { file: placeIn(stack), reason: `${error.name}: ${summary}` };
}

/** Finds the first place in a stack that is in the user's own code. */
function placeIn(stack: string): string | undefined {
  for (const [, file = '', line] of stack.matchAll(PLACE)) {
    if (!/[\\/]node_modules[\\/]/.test(file)) return `${shown(file)}:${line}`;
  }
  return undefined;
}

const shown = (file: string): string => {
  const [path = ''] = file.split('?');
  return shownPath(path.startsWith('file:') ? fileURLToPath(path) : path);
};
