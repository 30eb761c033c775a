import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployed } from '../deployed.ts';
import { byReason, Evidence, type Send } from '../evidence.ts';
import type { Flights } from '../flights.ts';

const STREAM_EVERY_MS = 100;
/** Flights that the stream sends, again and again, for as long as it takes to deploy twice. */
const STREAMED = 800;
/** The stream's maxSize, version by version. */
const STREAM_SIZES = { first: 20, second: 8, third: 30 } as const;
/** A window of the stream that a version has opened has been sealed by then, and the next one is the next version's. */
const STREAM_WINDOW_MS = 3_000;
/**
 * Adds of the stream that may fail while functions are replaced: on an emulator, which ends the processes of those
 * that run; AWS lets them come to their end.
 */
const FAILED_AT_MOST = { emulator: 0.1, aws: 0.01 } as const;

/** What has become of the stream. */
interface Streamed {
  readonly sent: number;
  readonly failed: number;
}

/** What is buffered, and what goes on coming in, while definitions change under it. */
export class Redeployments {
  readonly #deployed: Deployed;
  readonly #flights: Flights;
  readonly #invoke: Send;
  readonly #held = new Evidence('held');
  readonly #retired = new Evidence('retired');
  readonly #overdue = new Evidence('overdue');
  readonly #mover = new Evidence('mover');
  readonly #stream = new Evidence('stream');
  #streaming: { stop(): Promise<Streamed> } | undefined;
  /** When the second version held for every window that was opened, and when deploying the third began. */
  #second = { from: 0, to: 0 };

  constructor(deployed: Deployed, flights: Flights) {
    this.#deployed = deployed;
    this.#flights = flights;
    this.#invoke = (batch, part) => deployed.invoke(batch, part);
  }

  /** Before the second version is deployed: items that stay buffered, and a stream that goes on. */
  async beforeSecond(): Promise<void> {
    this.#streaming = this.#startStream();
    await this.#held.add(this.#invoke, this.#flights.take(30));
    await this.#retired.add(this.#invoke, this.#flights.take(7));
    await this.#overdue.add(this.#invoke, this.#flights.take(4));
    await this.#mover.add(this.#invoke, this.#flights.take(6));
  }

  /** `held` is smaller, `newcomer` has come, `mover` is in a pool, `retired` and `overdue` are gone. */
  async underSecond(): Promise<string[]> {
    this.#second.from = Date.now() + STREAM_WINDOW_MS;
    // the window that is open was opened for 40, and is kept to that; the next one is for 25
    await this.#held.add(this.#invoke, this.#flights.take(10));
    await this.#held.add(this.#invoke, this.#flights.take(25));
    await this.#held.add(this.#invoke, this.#flights.take(5));
    const gone = await this.#deployed.request('/v1/batches/retired/buffer');
    if (gone.status !== 404) throw new Error(`A removed batch was answered with ${gone.status}.`);

    const newcomer = new Evidence('newcomer');
    await newcomer.add(this.#invoke, this.#flights.take(5));
    await newcomer.judge(this.#deployed, { maxSize: 10 });
    await this.#mover.add(this.#invoke, this.#flights.take(4));
    const moved = await this.#mover.judge(this.#deployed, { maxSize: 10 });
    if (moved.length !== 1) throw new Error(`The items of mover came in ${moved.length} batches.`);
    await this.#mover.add(this.#invoke, this.#flights.take(3));
    // a while for the stream, with nothing else going on
    await sleep(5_000);
    return [
      'a definition that was added: its items have come out',
      'a definition that joined a pool with 6 items buffered: they and 4 more have come out of the pool, as one batch',
    ];
  }

  /** Before the third version is deployed: from now on either may open a window. */
  beforeThird(): void {
    this.#second.to = Date.now();
  }

  /** `held` is larger, `mover` is in no pool any more, and what was removed is back. */
  async underThird(): Promise<string[]> {
    const back = Date.now();
    await this.#held.add(this.#invoke, this.#flights.take(20));
    await this.#held.add(this.#invoke, this.#flights.take(60));
    const held = await this.#held.judge(this.#deployed, { maxSize: 60 });
    const sizes = held.sort((a, b) => a.createdAt - b.createdAt).map(({ items }) => items.length);
    if (sizes.join() !== '40,25,25,60') throw new Error(`The batches of held have ${sizes} items.`);

    await this.#retired.add(this.#invoke, this.#flights.take(3));
    const [retired] = await this.#retired.judge(this.#deployed, { maxSize: 10 });
    if (retired?.items.length !== 10)
      throw new Error('What was buffered and what was added are not one batch.');
    await this.#mover.add(this.#invoke, this.#flights.take(7));
    const moved = await this.#mover.judge(this.#deployed, { maxSize: 10 });
    if (moved.length !== 2) throw new Error(`The items of mover came in ${moved.length} batches.`);
    const overdue = await this.#overdue.judge(this.#deployed, { maxSize: 10 });
    const whileGone = overdue.every(({ at }) => at >= back)
      ? 'due while it was gone'
      : 'due before it was gone';
    return [
      'maxSize changed with items buffered, 40 to 25 to 60: batches of 40, 25, 25 and 60',
      `a definition that was removed with items buffered and came back: 7 and 3 in a batch of 10, and 4 that were ${whileGone}`,
      'a definition that left a pool with 3 items buffered: they and 7 more have come out of its own queue, as one batch',
      await this.#judgeStream(),
    ];
  }

  async #judgeStream(): Promise<string> {
    const { sent, failed } = (await this.#streaming?.stop()) ?? { sent: 0, failed: 0 };
    const { begun } = this.#stream;
    const runs = await this.#stream.judge(this.#deployed, {
      maxSize: job => this.#sizeOfWindow(begun.get(job)),
    });
    const { second } = STREAM_SIZES;
    const underSecond = [...begun.values()].filter(at => this.#sizeOfWindow(at) === second).length;
    if (underSecond === 0) throw new Error('The stream had no batch under the second version.');
    const mayFail =
      this.#deployed.target.endpoint === undefined ? FAILED_AT_MOST.aws : FAILED_AT_MOST.emulator;
    if (failed > sent * mayFail) throw new Error(`Of ${sent} adds of the stream ${failed} failed.`);
    return `${sent} items streamed while it was deployed twice, ${failed} adds failed; batches: ${byReason(runs)}, ${underSecond} of them under a maxSize of ${second}`;
  }

  /**
   * What a window may hold by when it was opened: its first item is acknowledged after that. While a version is
   * deployed it may be either's; so may it where no item was acknowledged.
   */
  #sizeOfWindow(opened = Number.POSITIVE_INFINITY): number {
    const { first, second, third } = STREAM_SIZES;
    if (opened > this.#second.to) return Math.max(second, third);
    return opened < this.#second.from ? Math.max(first, second) : second;
  }

  /** One item after the other, until it is stopped; an add that fails is not repeated. */
  #startStream(): { stop(): Promise<Streamed> } {
    const post: Send = (batch, part) => this.#deployed.post(batch, part);
    const flights = this.#flights.take(STREAMED);
    let streaming = true;
    let sent = 0;
    let failed = 0;
    const done = (async () => {
      for (; streaming; sent += 1) {
        const items = flights.slice(sent % STREAMED, (sent % STREAMED) + 1);
        const add = this.#stream.add(
          post,
          items.map(item => ({ ...item, id: `${item.id} of ${sent}` })),
        );
        await add.catch(() => {
          failed += 1;
        });
        await sleep(STREAM_EVERY_MS);
      }
    })();
    return {
      stop: async () => {
        streaming = false;
        await done;
        return { sent, failed };
      },
    };
  }
}
