import { createHash, timingSafeEqual } from 'node:crypto';
import type { Refusal } from './refusal.ts';

/**
 * The names of this machine. With DNS rebinding, a foreign page's name leads to this machine. Its requests have that name
 * as the host, and the browser does not let a page change the host. The port is not compared, since a forwarded port
 * differs.
 */
export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Refuses requests to another name than the server's own. */
export function hostRefusal(request: Request, allowed: readonly string[]): Refusal | undefined {
  const host = hostOf(request);
  if (host !== undefined && allowed.includes(host.hostname)) return undefined;
  return {
    status: 403,
    code: 'dashboard.host_refused',
    detail: `This server answers requests to ${allowed.join(', ')} only; this one was to ${show(request.headers.get('host'))}.`,
  };
}

/** Refuses requests of other pages. A browser says truly which page sends a request. Programs send no such header. */
export function foreignPageRefusal(request: Request): Refusal | undefined {
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const own = origin === null || isOwn(origin, request);
  if (own && (site === null || site === 'same-origin' || site === 'none')) return undefined;
  return {
    status: 403,
    code: 'dashboard.origin_refused',
    detail: `Another page may not use this server; this request came from ${show(origin ?? site)}.`,
  };
}

/** Refuses changes without the origin of the dashboard's own page. */
export function originRefusal(request: Request): Refusal | undefined {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  const origin = request.headers.get('origin');
  if (origin !== null && isOwn(origin, request)) return undefined;
  return {
    status: 403,
    code: 'dashboard.origin_refused',
    detail: `Changes are taken from the dashboard's own page only; this one came from ${show(origin)}.`,
  };
}

/** Refuses each request that changes something, for a dashboard that was opened with `--read-only`. */
export function readOnlyRefusal(request: Request): Refusal | undefined {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  return {
    status: 403,
    code: 'dashboard.read_only',
    detail: 'This dashboard is read-only. Start it without --read-only to change something.',
  };
}

/** Refuses requests without the token that the terminal shows in the dashboard's address. */
export function tokenRefusal(request: Request, token: string): Refusal | undefined {
  const given = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  if (given !== undefined && equal(given, token)) return undefined;
  return {
    status: 403,
    code: 'dashboard.token_refused',
    detail: `${given === undefined ? 'The request has no token.' : 'The token is not that of this run.'} Open the dashboard by the address that the terminal shows.`,
  };
}

/** Compares tokens in constant time, also tokens of different lengths. */
function equal(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function isOwn(origin: string, request: Request): boolean {
  const host = hostOf(request)?.host;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

function hostOf(request: Request): URL | undefined {
  const header = request.headers.get('host') ?? new URL(request.url).host;
  // only a host: with a path or a user in the header, the parsed URL would have another host
  if (!/^[\w.:[\]-]+$/.test(header)) return undefined;
  return URL.canParse(`http://${header}`) ? new URL(`http://${header}`) : undefined;
}

const show = (value: string | null): string => (value === null ? 'nowhere known' : JSON.stringify(value));
