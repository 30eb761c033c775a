// The engines' thread outside of Jest. `node --import tsx` leaves threads alone, and a thread's entry
// cannot register a loader for itself: hence this one file of JavaScript.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
