/** What adds items: one at a time, or many with one call. */
export interface Adder {
  readonly version: string;
  readonly add: (item: object) => Promise<unknown>;
  readonly addBulk: (items: readonly object[]) => Promise<unknown>;
  readonly stop: () => Promise<unknown>;
}

/** Loads an optional package, with its version. */
export type Load = (name: string) => { readonly module: unknown; readonly version: string };

interface BullMqModule {
  readonly Queue: new (
    name: string,
    options: object,
  ) => {
    add(name: string, item: object): Promise<unknown>;
    addBulk(jobs: readonly object[]): Promise<unknown>;
    obliterate(options: object): Promise<unknown>;
    close(): Promise<unknown>;
  };
}

/** A queue of BullMQ on Redis or Valkey. */
export function bullMq(load: Load, url: string): Adder {
  const { module, version } = load('bullmq');
  const { Queue } = module as BullMqModule;
  const { hostname: host, port } = new URL(url);
  const queue = new Queue('beside', { connection: { host, port: Number(port) } });
  return {
    version,
    add: item => queue.add('item', item),
    addBulk: items => queue.addBulk(items.map(data => ({ name: 'item', data }))),
    stop: async () => {
      await queue.obliterate({ force: true });
      await queue.close();
    },
  };
}

interface Boss {
  on(event: 'error', listener: (error: unknown) => void): unknown;
  start(): Promise<unknown>;
  createQueue(name: string): Promise<unknown>;
  send(name: string, item: object): Promise<unknown>;
  insert(jobs: readonly object[]): Promise<unknown>;
  purgeQueue(name: string): Promise<unknown>;
  stop(options: object): Promise<unknown>;
}

/** A queue of pg-boss on PostgreSQL. */
export async function pgBoss(load: Load, url: string): Promise<Adder> {
  const { module, version } = load('pg-boss');
  const boss = new (module as new (url: string) => Boss)(url);
  boss.on('error', console.error);
  await boss.start();
  await boss.createQueue('beside');
  return {
    version,
    add: item => boss.send('beside', item),
    addBulk: items => boss.insert(items.map(data => ({ name: 'beside', data }))),
    stop: async () => {
      await boss.purgeQueue('beside');
      await boss.stop({ graceful: false });
    },
  };
}

interface OqronKitModule {
  readonly OqronKit: { init(options: object): Promise<unknown>; stop(): Promise<unknown> };
  readonly batch: (options: object) => {
    add(item: object): Promise<unknown>;
    addBulk(items: readonly object[]): Promise<unknown>;
  };
  readonly batchModule: (options: object) => unknown;
}

/** A batch of OqronKit, in its process's memory. */
export async function oqronKit({ OqronKit, batch, batchModule }: OqronKitModule): Promise<Adder> {
  const batches = batch({
    name: 'beside',
    maxSize: 1_000,
    maxWaitMs: 3_600_000,
    maxPendingBatches: 1_000_000,
    handler: async () => {},
  });
  await OqronKit.init({
    config: {
      mode: 'default',
      project: 'beside',
      environment: 'bench',
      modules: [batchModule({ leaderElection: false })],
      logger: false,
    },
  });
  return {
    version: 'in memory',
    add: item => batches.add(item),
    addBulk: items => batches.addBulk(items),
    stop: () => OqronKit.stop(),
  };
}
