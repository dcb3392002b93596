/** An event that the server has answered for. */
export interface Acknowledged {
  messageId: string;
  user: string;
  n: number;
  /** When the answer was there: performance.now(), ms. */
  at: number;
}

const USERS = 500;
const SENDERS = 24;

const ANSWER_MS = 5_000;
const LOST = 0.01;

export interface ClientOptions {
  /** Where the API is served; a call that isn't answered goes to the next one. */
  urls: readonly string[];
  key: string;
  /** Events a second. */
  rate: number;
  /** Names of events, taken in turn. */
  names?: readonly string[];
  /** Decides which answers get lost on their way, so that the call is repeated after it was acknowledged. */
  random: () => number;
}

/** A tracking client that repeats a call, with the same message ids, until it is acknowledged; one call a user at a time. */
export class Client {
  unanswered = 0;
  /** Answers that got lost. */
  lost = 0;
  readonly #urls: readonly string[];
  readonly #key: string;
  readonly #rate: number;
  readonly #names: readonly string[];
  readonly #random: () => number;
  #next = 0;

  constructor({ urls, key, rate, names = ['Chaos'], random }: ClientOptions) {
    this.#urls = urls;
    this.#key = key;
    this.#rate = rate;
    this.#names = names;
    this.#random = random;
  }

  /**
   * Sends `total` events at the rate, behind it when the server is away, and more for as long as `goOn` says so. Resolves
   * when all are acknowledged.
   */
  async run(total: number, goOn: () => boolean = () => false): Promise<Acknowledged[]> {
    const log: Acknowledged[] = [];
    const began = performance.now();
    let given = 0;
    // Each sender has users of its own, so that one user's calls follow one another.
    const sender = async (own: number) => {
      const counts = new Map<string, number>();
      for (let turn = 0; given < total || goOn(); turn++) {
        const due = (performance.now() - began) * (this.#rate / 1000);
        if (given > due) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          continue;
        }
        const user = `user-${own + SENDERS * (turn % Math.floor(USERS / SENDERS))}`;
        const size = turn % 3 === 0 ? 4 : 1;
        given += size;
        const events = Array.from({ length: size }, () => {
          const n = (counts.get(user) ?? 0) + 1;
          counts.set(user, n);
          const event = this.#names[this.#next++ % this.#names.length]!;
          return { type: 'track', messageId: `${user}-${n}`, userId: user, event, properties: { n } };
        });
        await this.#send(size === 1 ? 'track' : 'batch', size === 1 ? events[0]! : { batch: events });
        const at = performance.now();
        for (const event of events) log.push({ messageId: event.messageId, user, n: event.properties.n, at });
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, (_, i) => sender(i)));
    return log;
  }

  async #send(call: string, body: object): Promise<void> {
    const tries = 2_000;
    for (let i = 1; i <= tries; i++) {
      this.unanswered++;
      const status = await fetch(`${this.#urls[(this.#next + i) % this.#urls.length]}/v1/${call}`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${this.#key}:`).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      })
        .then(async (response) => {
          await response.text();
          return response.status;
        })
        .catch(() => 0);
      this.unanswered--;
      if (status === 200 && this.#random() >= LOST) return;
      if (status === 200) this.lost++;
      if (status >= 400 && status < 500) throw new Error(`the server refused an event with ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`an event was not acknowledged in ${tries} tries`);
  }
}
