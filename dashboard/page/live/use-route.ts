import { useEffect, useState } from 'preact/hooks';
import { parseRoute, type Route } from '../model/route.ts';

/** What the address says to show. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  return parseRoute(hash);
}
