import { recall, remember } from './storage.ts';
import { createStore } from './store.ts';

const KEY = 'cistern.theme';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const theme = createStore<Theme>(THEMES.find(each => each === recall(KEY)) ?? 'auto');

/** `auto` is the system's; the style sheet does the rest. */
export function applyTheme(): void {
  const chosen = theme.get();
  if (chosen === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset['theme'] = chosen;
}

export function chooseTheme(chosen: Theme): void {
  remember(KEY, chosen);
  theme.set(chosen);
  applyTheme();
}
