import type { ApiProblem } from '../api/api-problem.ts';
import { createStore } from './store.ts';

/** How it stands with the API, as the last requests have shown. */
export type Connection =
  | { readonly state: 'connecting' | 'live' }
  | { readonly state: 'lost'; readonly since: number; readonly detail: string }
  | { readonly state: 'refused'; readonly detail: string };

export const connection = createStore<Connection>({ state: 'connecting' });

const LIVE: Connection = { state: 'live' };

export const connected = (): void => connection.set(LIVE);

export function disconnected(problem: ApiProblem): void {
  const before = connection.get();
  if (problem.isTokenRefused) connection.set({ state: 'refused', detail: problem.message });
  else if (before.state !== 'lost') {
    connection.set({ state: 'lost', since: Date.now(), detail: problem.message });
  }
}
