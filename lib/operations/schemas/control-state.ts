import * as v from 'valibot';
import type { ControlState } from '../../control/control-state.ts';
import { flag, text, time } from './answer-fields.ts';
import { schemaOf } from './json.ts';

export const CONTROL = {
  batch: text('The batch’s name.'),
  paused: flag('Whether no window is flushed and no job begins.'),
  ingestionPaused: flag('Whether adds are refused too.'),
  draining: flag(
    'Whether a drain is under way: jobs run, and only items that were buffered at its begin are flushed.',
  ),
  since: v.exactOptional(time('When the state last changed. Absent if it never has.')),
};

export const CONTROL_STATE = schemaOf<ControlState>()(v.strictObject(CONTROL));
