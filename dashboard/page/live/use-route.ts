import { useEffect, useState } from 'preact/hooks';
import { takeToken } from '../api/token.ts';
import { parseRoute, type Route } from '../model/route.ts';
import { refreshAll } from './refresh.ts';

/** What the address says to show. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => {
      // the address of a new run, in a tab that has the page already
      if (takeToken()) refreshAll();
      setHash(location.hash);
    };
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  return parseRoute(hash);
}
