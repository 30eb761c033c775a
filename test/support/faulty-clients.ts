import { type ClientOptions, type Clients, createClients } from '#lib/store/clients';

/**
 * What goes wrong at a call: the process dies before it is sent or after it was applied; the call fails for good
 * before or after it was applied, and the process lives on; or the SDK sends it twice, since the first answer
 * was lost.
 */
export const FAULTS = ['die before', 'die after', 'fail before', 'fail after', 'twice'] as const;
export type Fault = (typeof FAULTS)[number];

/** A process that has died: none of its calls reaches anything any more. */
class ProcessDied extends Error {}

/** Clients whose `at`-th call (1, 2, …) meets a fault. */
export interface FaultyClients extends Clients {
  /** Calls made so far, by command. */
  readonly calls: readonly string[];
  readonly dead: boolean;
}

/** The clients of one process, with a fault on one of its calls. */
export function faultyClients(options: ClientOptions, at = 0, fault: Fault = 'die before'): FaultyClients {
  const clients = createClients(options);
  const calls: string[] = [];
  let dead = false;
  const die = (): never => {
    dead = true;
    throw new ProcessDied(`The process died at call ${at}, ${calls.at(-1)}.`);
  };
  const fail = (): never => {
    throw Object.assign(new Error(`Call ${at}, ${calls.at(-1)}, timed out.`), { name: 'TimeoutError' });
  };
  for (const client of [clients.dynamodb, clients.sqs]) {
    // at the outermost step, so that the SDK's own retries see nothing of it
    (client as Clients['sqs']).middlewareStack.add(
      (next, context) => async args => {
        if (dead) throw new ProcessDied('The process is dead.');
        calls.push(context.commandName ?? 'unknown');
        if (calls.length !== at) {
          const answer = await next(args);
          if (dead) throw new ProcessDied('The process died before the answer came.');
          return answer;
        }
        if (fault === 'die before') return die();
        if (fault === 'fail before') return fail();
        const answer = await next(args);
        if (fault === 'die after') return die();
        if (fault === 'fail after') return fail();
        return next(args).catch(error => {
          throw error ?? answer;
        });
      },
      { step: 'initialize', priority: 'high', name: 'fault' },
    );
  }
  return {
    ...clients,
    calls,
    get dead() {
      return dead;
    },
  };
}
