import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { threadScript } from '../bundled-script.ts';
import type { EnginesData, EnginesReady } from './worker.ts';

/** The embedded DynamoDB and SQS. */
export interface Engines {
  /** DynamoDB's endpoint, `http://127.0.0.1:<port>`. */
  readonly dynamodb: string;
  /** SQS's endpoint. */
  readonly sqs: string;
  /** Ends both; tables kept in a data directory are on disk when it resolves. Rejects if they had crashed. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  /** Where DynamoDB keeps its tables; in memory when left out. Queues are in memory always. */
  readonly dataDir?: string;
  /**
   * Told when the engines end without having been asked to. Without it that is an uncaught exception: a process
   * whose engines are gone would otherwise only see refused connections.
   */
  readonly onCrash?: (error: Error) => void;
}

/**
 * Starts DynamoDB (dynalite) and SQS (fauxqs) in one thread of their own, so that a busy engine does not hold up
 * the functions' event loop, nor the other way round.
 *
 * @throws what kept them from starting
 * @example
 * const engines = await startEngines({ dataDir: '.cistern' });
 * const dynamodb = new DynamoDBClient({ endpoint: engines.dynamodb, region: 'us-east-1', credentials });
 * await engines.stop();
 */
export async function startEngines({ dataDir, onCrash = crash }: EngineOptions = {}): Promise<Engines> {
  const worker = await startWorker({ dataDir });
  const { dynamodb, sqs } = await ready(worker);
  let stopping: Promise<void> | undefined;
  let crashed: Error | undefined;
  const end = (error: Error) => {
    if (stopping === undefined && crashed === undefined) onCrash(error);
    crashed ??= error;
  };
  worker.on('error', error => end(new Error('The local engines crashed.', { cause: error })));
  const exited = new Promise<void>(resolve => {
    worker.once('exit', code => {
      if (stopping === undefined || code !== 0) end(new Error(`The local engines ended with code ${code}.`));
      resolve();
    });
  });
  return {
    dynamodb,
    sqs,
    stop: () => {
      stopping ??= (async () => {
        worker.postMessage('stop');
        await exited;
        if (crashed) throw crashed;
      })();
      return stopping;
    },
  };
}

async function startWorker(workerData: EnginesData): Promise<Worker> {
  const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  const script = await threadScript(here('worker.ts'));
  return new Worker(script ?? here('typescript-worker.mjs'), {
    workerData,
    execArgv: script === undefined ? ['--conditions=source'] : [],
  });
}

async function ready(worker: Worker): Promise<EnginesReady> {
  const abort = new AbortController();
  const exited = once(worker, 'exit', { signal: abort.signal }).then(([code]) => {
    throw new Error(`The local engines ended with code ${code} before they were ready.`);
  });
  try {
    // once() rejects with the thread's own error, should it throw
    const [message] = await Promise.race([once(worker, 'message', { signal: abort.signal }), exited]);
    return message as EnginesReady;
  } finally {
    exited.catch(() => {});
    abort.abort();
  }
}

function crash(error: Error): never {
  throw error;
}
