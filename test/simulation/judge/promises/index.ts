import type { Promised } from '../promised.ts';
import * as adding from './adding.ts';
import * as answering from './answering.ts';
import * as bounds from './bounds.ts';
import * as draining from './draining.ts';
import * as duplicates from './duplicates.ts';
import * as ending from './ending.ts';
import * as events from './events.ts';
import * as fullWindows from './full-windows.ts';
import * as handling from './handling.ts';
import * as looking from './looking.ts';
import * as operating from './operating.ts';
import * as operatorsReach from './operators-reach.ts';
import * as telling from './telling.ts';
import * as time from './time.ts';

/** Everything that is promised. */
export const PROMISES: readonly Promised[] = [
  adding,
  duplicates,
  handling,
  bounds,
  time,
  fullWindows,
  operating,
  draining,
  operatorsReach,
  looking,
  ending,
  answering,
  events,
  telling,
].flatMap(each => Object.values(each));
