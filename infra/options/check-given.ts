import * as v from 'valibot';
import { refuseSetting, refuseUnknownSetting } from './refuse-setting.ts';

/**
 * Checks what a caller gives by a schema, as far as it is known before the deployment. JavaScript, and TypeScript that reads
 * a value from the context, can pass anything.
 *
 * @param name how the message names what is given; `''` if its properties are named by themselves
 * @throws SettingsError `settings.invalid`, naming the setting, its value and what is allowed
 */
export function checkGiven(schema: v.GenericSchema, given: unknown, name = ''): void {
  const result = v.safeParse(schema, given, { abortEarly: true });
  if (result.success) return;
  const [issue] = result.issues;
  const setting = [name, v.getDotPath(issue) ?? ''].filter(Boolean).join('.') || 'props';
  const value = issue.path === undefined ? issue.input : issue.path.at(-1)?.value;
  if (issue.expected === 'never') refuseUnknownSetting(setting, issue.message, value);
  refuseSetting(setting, issue.message, value);
}
