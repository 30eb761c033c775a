/** Browsers send no more than so much of a page that is closing: 64 KB with all that is under way. */
const CLOSING_BYTES = 60_000;
const LONGEST_WAIT_MS = 60_000;
/** Refusals that say "later": too many requests, ingestion paused, too many jobs pending, no answer from the function. */
const LATER = [429, 500, 502, 503, 504];

/**
 * Gathers items in a page, and adds them to a batch over HTTP. An item stays here until a request with it was answered with
 * 202. Give each item an id and deduplicate by it: an item without an answer is sent again.
 *
 * @param {object} options
 * @param {string} options.api the HTTP API's address
 * @param {string} options.batch the batch's name
 * @param {() => string | null} [options.token] the token to send, if there is one
 * @param {number} [options.maxItems] items in a request at the most; default 100
 * @param {number} [options.waitMs] how long an item waits for others; default 1,000
 * @param {(problem: { status: number, code?: string, items: unknown[] }) => void} [options.onRefused] is told of items that
 *   are given up
 */
export function createProducer({
  api,
  batch,
  token = () => null,
  maxItems = 100,
  waitMs = 1_000,
  onRefused = console.warn,
}) {
  const url = `${api}/v1/batches/${encodeURIComponent(batch)}/items`;
  let waiting = [];
  let timer;
  let failures = 0;
  let sending = Promise.resolve();

  /** Sends after so long, unless it is to send sooner already. */
  const arm = ms => {
    timer ??= setTimeout(flush, ms);
  };

  const request = (items, keepalive = false) => {
    const bearer = token();
    return fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify({ items }),
      keepalive,
    });
  };

  async function send(items) {
    // no answer at all, as when the network is away, is as good as "later"
    const answer = await request(items).catch(() => undefined);
    if (answer?.ok) {
      failures = 0;
    } else if (answer === undefined || LATER.includes(answer.status)) {
      waiting = [...items, ...waiting];
      failures += 1;
      const asked = Number(answer?.headers.get('retry-after') ?? 0) * 1_000;
      arm(Math.max(asked, Math.min(LONGEST_WAIT_MS, waitMs * 2 ** failures)));
    } else if (answer.status === 413 && items.length > 1) {
      const half = Math.ceil(items.length / 2);
      await send(items.slice(0, half));
      await send(items.slice(half));
    } else {
      const { code } = await answer.json().catch(() => ({}));
      onRefused({ status: answer.status, code, items });
    }
  }

  function flush() {
    clearTimeout(timer);
    timer = undefined;
    sending = sending.then(async () => {
      while (waiting.length > 0 && timer === undefined) await send(waiting.splice(0, maxItems));
    });
    return sending;
  }

  // the last moment at which a browser lets a page send something
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden') return;
    let bytes = 0;
    const last = waiting.filter(item => {
      bytes += JSON.stringify(item).length + 1;
      return bytes < CLOSING_BYTES;
    });
    if (last.length === 0) return;
    request(last, true).then(
      answer => {
        if (answer.ok) waiting = waiting.filter(item => !last.includes(item));
      },
      // they stay here: a page that comes back sends them again
      () => {},
    );
  });

  return {
    /** Takes an item. It is sent within `waitMs`, or when there are `maxItems`. */
    add(item) {
      waiting.push(item);
      if (waiting.length >= maxItems && failures === 0) void flush();
      else arm(waitMs);
    },
    /** Sends what is here, and waits for the answers. */
    flush,
    /** How many items have no answer yet. */
    get waiting() {
      return waiting.length;
    },
  };
}
