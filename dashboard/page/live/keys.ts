import { useEffect } from 'preact/hooks';
import { recall, remember } from './storage.ts';
import { createStore } from './store.ts';

const KEY = 'cistern.keys';

/** Whether single keys do anything: users who control the browser by voice may turn them off. */
export const keysOn = createStore(recall(KEY) !== 'off');

export function setKeysOn(on: boolean): void {
  remember(KEY, on ? 'on' : 'off');
  keysOn.set(on);
}

/** Whether the page's keys are shown. */
export const helpShown = createStore(false);

/** The page's keys. Those of actions are said by the buttons themselves (`aria-keyshortcuts`). */
export const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'find a job, a batch or a group'],
  ['j, k', 'the next row, the row before'],
  ['Enter', 'open the row'],
  ['x', 'choose the row’s job'],
  ['r', 'redrive the row’s job, or all failed jobs of the batch'],
  ['f', 'flush'],
  ['p', 'pause or resume'],
  ['d', 'drain'],
  ['s', 'send items'],
  ['i', 'filter the jobs'],
  ['u', 'up to the batch, or to all batches'],
  ['?', 'show and hide these keys'],
];

/** Listens to the page's keys, for as long as it is there. */
export function useKeys(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!keysOn.get() || isTyping(event.target) || document.querySelector('dialog[open]')) return;
      if (act(event.key)) event.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Returns whether the key did anything. */
function act(key: string): boolean {
  if (key === '?') helpShown.set(true);
  else if (key === '/') document.getElementById('search')?.focus();
  else if (key === 'j') return moveRow(1);
  else if (key === 'k') return moveRow(-1);
  else if (key === 'u') return press(document.querySelector('.crumbs a:last-child'));
  else return press(shortcut(key));
  return true;
}

/** What the key presses in the row that has the focus, or else beside all rows. */
function shortcut(key: string): Element | null | undefined {
  if (!/^[a-z]$/.test(key)) return undefined;
  const wanted = `[aria-keyshortcuts="${key}"]:not(:disabled)`;
  return (
    focusedRow()?.querySelector(wanted) ??
    document.querySelector(`main :is(.view-head, .panel-head) ${wanted}`)
  );
}

function press(element: Element | null | undefined): boolean {
  if (!(element instanceof HTMLElement)) return false;
  element.click();
  return true;
}

const focusedRow = (): Element | null | undefined => document.activeElement?.closest('main tr');

function moveRow(by: 1 | -1): boolean {
  const links = [...document.querySelectorAll('main tbody tr')].flatMap(row => {
    const link = row.querySelector('th a, td a');
    return link instanceof HTMLElement ? [{ row, link }] : [];
  });
  const here = links.findIndex(({ row }) => row === focusedRow());
  const next = links[here === -1 ? (by === 1 ? 0 : links.length - 1) : here + by];
  next?.link.focus();
  return next !== undefined;
}
