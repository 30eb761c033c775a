import * as v from 'valibot';
import type { ControlState } from '../../control/pause.ts';
import { flag, text, time } from './answer-fields.ts';
import { schemaOf } from './json.ts';

export const CONTROL = {
  batch: text('The batch’s name.'),
  paused: flag('Nothing is flushed or run.'),
  ingestionPaused: flag('Nothing is taken either.'),
  draining: flag('Nothing is flushed but what was buffered when the drain began, and jobs run.'),
  since: v.exactOptional(time('Since when it has been so. Absent where nothing was ever asked.')),
};

export const CONTROL_STATE = schemaOf<ControlState>()(v.strictObject(CONTROL));
