/** What is kept when the browser keeps nothing for the page: for as long as the page is open. */
const memory = new Map<string, string>();

/** Keeps a value for later visits, and for other tabs. */
export function remember(key: string, value: string): void {
  memory.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // a browser may be told to keep nothing
  }
}

export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? memory.get(key);
  } catch {
    return memory.get(key);
  }
}
