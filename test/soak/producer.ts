import { Agent, request } from 'node:http';
import type { SoakBatch, SoakItem } from './definitions.ts';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly receipts?: readonly { readonly duplicate: boolean }[];
    readonly stored?: readonly { readonly index: number }[];
  };
}

/** Adds items over HTTP, and remembers which were acknowledged. */
export class Producer {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 128 });
  readonly #acknowledged: number[] = [];
  #next = 0;
  #refused = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** The numbers of the items that were acknowledged. */
  get acknowledged(): readonly number[] {
    return this.#acknowledged;
  }

  /** Requests that did not store all of their items. */
  get refused(): number {
    return this.#refused;
  }

  /** Adds so many new items, all of one batch, in one request. */
  async add(name: SoakBatch, groups: readonly string[]): Promise<void> {
    const items = groups.map((group): SoakItem => ({ n: this.#next++, group }));
    try {
      const { status, body } = await this.#post(`/v1/batches/${name}/items`, { items });
      if (status === 202) for (const { n } of items) this.#acknowledged.push(n);
      else {
        this.#refused += 1;
        for (const { index } of body.stored ?? []) this.#acknowledged.push(items[index]?.n ?? -1);
      }
    } catch {
      this.#refused += 1;
    }
  }

  stop(): void {
    this.#agent.destroy();
  }

  #post(path: string, body: unknown): Promise<Answer> {
    const text = JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        this.#url + path,
        { method: 'POST', agent: this.#agent, headers: { 'content-type': 'application/json' } },
        answer => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            const json = Buffer.concat(parts).toString();
            resolve({ status: answer.statusCode ?? 0, body: JSON.parse(json || '{}') as Answer['body'] });
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }
}
