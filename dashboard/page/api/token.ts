const KEY = 'cistern.token';

/**
 * The token of this page's address (`#token=…`), kept for other tabs and reloads of the same origin, and taken out of
 * the address so that it is not in screenshots and bookmarks.
 */
export function takeToken(): void {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return;
  localStorage.setItem(KEY, given);
  history.replaceState(null, '', '#/');
}

export const token = (): string | null => localStorage.getItem(KEY);
