import { recall, remember } from '../live/storage.ts';

const KEY = 'cistern.token';

/**
 * The token of this page's address (`#token=…`), kept for other tabs and reloads of the same origin, and taken out of
 * the address so that it is not in screenshots and bookmarks.
 *
 * @returns whether there was one
 */
export function takeToken(): boolean {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return false;
  remember(KEY, given);
  history.replaceState(null, '', '#/');
  return true;
}

export const token = (): string => recall(KEY) ?? '';
