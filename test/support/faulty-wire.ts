import type { Queues } from '#lib/store/queue-ports';
import type { Table } from '#lib/store/table-port';

/**
 * What goes wrong at a call: the process dies before it is sent or after it was applied; the call fails for good
 * before or after it was applied, and the process lives on; or the SDK sends it twice, since the first answer
 * was lost.
 */
export const FAULTS = ['die before', 'die after', 'fail before', 'fail after', 'twice'] as const;
export type Fault = (typeof FAULTS)[number];

/** A process that has died: none of its calls reaches anything any more. */
class ProcessDied extends Error {}

/** The call to AWS that each call of a table or of queues is. */
const COMMANDS: Readonly<Record<keyof Table | keyof Queues, string>> = {
  get: 'GetItemCommand',
  getAll: 'BatchGetItemCommand',
  putNew: 'PutItemCommand',
  update: 'UpdateItemCommand',
  range: 'QueryCommand',
  rangePage: 'QueryCommand',
  partition: 'QueryCommand',
  indexStart: 'ScanCommand',
  indexPage: 'QueryCommand',
  indexAll: 'QueryCommand',
  indexCount: 'QueryCommand',
  sendJob: 'SendMessageCommand',
  sendDead: 'SendMessageCommand',
  sendTimer: 'SendMessageCommand',
  setVisibility: 'ChangeMessageVisibilityCommand',
};

/** A process's way to its table and its queues, on which the `at`-th call (1, 2, …) meets a fault. */
export class FaultyWire {
  /** Calls made so far, by command. */
  readonly calls: string[] = [];
  readonly #at: number;
  readonly #fault: Fault;
  #dead = false;

  constructor(at = 0, fault: Fault = 'die before') {
    this.#at = at;
    this.#fault = fault;
  }

  /** A table or queues, as this process reaches them. */
  to<T extends Table | Queues>(target: T): T {
    return new Proxy(target, {
      get: (object, name) => {
        const method: unknown = Reflect.get(object, name);
        const command = Reflect.get(COMMANDS, name) as string | undefined;
        if (typeof method !== 'function' || command === undefined) return method;
        return (...given: unknown[]) =>
          this.#call(command, async () => (await method.apply(object, given)) as unknown);
      },
    });
  }

  async #call<T>(command: string, send: () => Promise<T>): Promise<T> {
    if (this.#dead) throw new ProcessDied('The process is dead.');
    this.calls.push(command);
    if (this.calls.length !== this.#at) {
      const answer = await send();
      if (this.#dead) throw new ProcessDied('The process died before the answer came.');
      return answer;
    }
    if (this.#fault === 'die before') return this.#die();
    if (this.#fault === 'fail before') return this.#fail();
    await send();
    if (this.#fault === 'die after') return this.#die();
    if (this.#fault === 'fail after') return this.#fail();
    return send();
  }

  #die(): never {
    this.#dead = true;
    throw new ProcessDied(`The process died at call ${this.#at}, ${this.calls.at(-1)}.`);
  }

  #fail(): never {
    throw Object.assign(new Error(`Call ${this.#at}, ${this.calls.at(-1)}, timed out.`), {
      name: 'TimeoutError',
    });
  }
}
