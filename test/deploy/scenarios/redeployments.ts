import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployed } from '../deployed.ts';
import { byReason, Evidence, type Send } from '../evidence.ts';
import { Flights } from '../flights.ts';

/** More than come while it is deployed twice, also where that takes long. */
const STREAMED = 800;
const STREAM_EVERY_MS = 100;

/** What is buffered, and what goes on coming in, while definitions change under it. */
export class Redeployments {
  readonly #deployed: Deployed;
  readonly #flights: Flights;
  readonly #invoke: Send;
  readonly #held = new Evidence('held');
  readonly #retired = new Evidence('retired');
  readonly #overdue = new Evidence('overdue');
  readonly #stream = new Evidence('stream');
  #streaming: { stop(): Promise<number> } | undefined;
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
  }

  /** `held` is smaller, `newcomer` has come, `retired` and `overdue` are gone. */
  async underSecond(): Promise<string[]> {
    this.#second.from = Date.now();
    // the window that is open was opened for 40, and is kept to that; the next one is for 25
    await this.#held.add(this.#invoke, this.#flights.take(10));
    await this.#held.add(this.#invoke, this.#flights.take(25));
    await this.#held.add(this.#invoke, this.#flights.take(5));
    const gone = await this.#deployed.request('/v1/batches/retired/buffer');
    if (gone.status !== 404) throw new Error(`A removed batch was answered with ${gone.status}.`);

    const newcomer = new Evidence('newcomer');
    await newcomer.add(this.#invoke, this.#flights.take(5));
    await newcomer.judge(this.#deployed, { maxSize: 10 });
    // a while for the stream, with nothing else going on
    await sleep(5_000);
    this.#second.to = Date.now();
    return ['a definition that was added: its items have come out'];
  }

  /** `held` is larger, and what was removed is back. */
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
    const overdue = await this.#overdue.judge(this.#deployed, { maxSize: 10 });
    const whileGone = overdue.every(({ at }) => at >= back)
      ? 'due while it was gone'
      : 'due before it was gone';
    return [
      'maxSize changed with items buffered, 40 to 25 to 60: batches of 40, 25, 25 and 60',
      `a definition that was removed with items buffered and came back: 7 and 3 in a batch of 10, and 4 that were ${whileGone}`,
      await this.#judgeStream(),
    ];
  }

  async #judgeStream(): Promise<string> {
    const failed = (await this.#streaming?.stop()) ?? 0;
    const { from, to } = this.#second;
    const underSecond = this.#stream.jobsWithin(from, to);
    const runs = await this.#stream.judge(this.#deployed, {
      maxSize: job => (underSecond.has(job) ? 8 : 30),
    });
    if (underSecond.size === 0) throw new Error('The stream had no batch under the second version.');
    return `${this.#stream.accepted.length} items streamed while it was deployed twice, ${failed} adds failed; batches: ${byReason(runs)}, ${underSecond.size} of them all under a maxSize of 8`;
  }

  /** One item after the other, until it is stopped or they are used up; an add that fails is not repeated. */
  #startStream(): { stop(): Promise<number> } {
    const post: Send = (batch, part) => this.#deployed.post(batch, part);
    const flights = new Flights(this.#flights.take(STREAMED));
    let streaming = true;
    let failed = 0;
    const done = (async () => {
      while (streaming && flights.left > 0) {
        await this.#stream.add(post, flights.take(1)).catch(() => {
          failed += 1;
        });
        await sleep(STREAM_EVERY_MS);
      }
    })();
    return {
      stop: async () => {
        streaming = false;
        await done;
        return failed;
      },
    };
  }
}
