import { lateImport } from '../../late-import.ts';
import type { Context, Handler, Operation } from './operation.ts';

const lateNote = lateImport(() => import('../../control/actions.ts'));

/** Makes an operation note in the log of actions what it has done. Others stay as they are. */
export function logged<O extends Operation>(operation: O): O | (O & Handler) {
  const { action, run } = operation;
  if (action === undefined) return operation;
  return {
    ...operation,
    run: async (context: Context, input: never) => {
      const answer = await run(context, input);
      const { noteAction } = await lateNote();
      await noteAction(context.deployment.services, action, { input, answer, caller: context.caller });
      return answer;
    },
  };
}
