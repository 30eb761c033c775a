import { createHash } from 'node:crypto';

/** One file of the page, ready to be served. */
export interface PageFile {
  /** Its path, relative to the page: `app.js`. The page itself is `index.html`. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The hash of its content, in quotes as in HTTP. */
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

export function pageFile(path: string, content: Uint8Array): PageFile {
  const contentType = TYPES[path.slice(path.lastIndexOf('.') + 1)];
  if (contentType === undefined) throw new Error(`The page has no such files as ${path}.`);
  const body = new Uint8Array(content);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { path, contentType, body, etag };
}
