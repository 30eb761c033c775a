import { useEffect } from 'preact/hooks';
import { serverNow } from './server-clock.ts';
import { createStore, useStore } from './store.ts';

const now = createStore(serverNow());
let watching = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The server's time, in milliseconds, anew each second: one timer for all that show it. */
export function useNow(): number {
  useEffect(() => {
    watching += 1;
    timer ??= setInterval(() => now.set(serverNow()), 1_000);
    return () => {
      watching -= 1;
      if (watching > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  // another part may have been drawn since the last tick; what is drawn now is drawn with the time now
  return Math.max(useStore(now), serverNow());
}
