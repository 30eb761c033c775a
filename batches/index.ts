export { departures } from './departures.ts';
