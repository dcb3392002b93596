/** An event that the server has answered for. */
export interface Acknowledged {
  messageId: string;
  user: string;
  n: number;
}

const USERS = 500;
const SENDERS = 24;

/** A tracking client that repeats a call, with the same message ids, until it is acknowledged; one call a user at a time. */
export class Client {
  unanswered = 0;
  readonly #url: string;
  readonly #key: string;
  readonly #rate: number;

  constructor(url: string, key: string, rate: number) {
    this.#url = url;
    this.#key = key;
    this.#rate = rate;
  }

  async #api(method: string, path: string, body?: unknown): Promise<{ id: string }> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { id: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Makes a scenario of two webhooks, the second of which uses the first's response and a mapped attribute. */
  async prepare(receiver: string): Promise<void> {
    await this.#api('PATCH', '/workspace', { allow_http: true });
    const retry = { waits: [20, 20, 30, 30, 60, 60, 60, 60, 60, 60, 60, 60] };
    const first = await this.#api('POST', '/webhooks', {
      name: 'first',
      definition: {
        url: `${receiver}/first`,
        body: '{"user":"{{customer.id}}","n":{{event.n}}}',
        retry,
        timeout_ms: 3000,
        mapping: [{ path: 'lead', attribute: 'lead' }],
      },
    });
    const second = await this.#api('POST', '/webhooks', {
      name: 'second',
      definition: {
        url: `${receiver}/second`,
        body: '{"lead":"{{steps.one.response.lead}}","known":"{{customer.lead}}","n":{{event.n}}}',
        retry,
        timeout_ms: 3000,
      },
    });
    const scenario = await this.#api('POST', '/scenarios', {
      name: 'chaos',
      draft: {
        trigger: { kind: 'event', event: 'Chaos' },
        start: 'one',
        steps: [
          { id: 'one', kind: 'webhook', webhook: first.id, next: 'two' },
          { id: 'two', kind: 'webhook', webhook: second.id, next: null },
        ],
      },
    });
    await this.#api('POST', `/scenarios/${scenario.id}/publish`);
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
          return { type: 'track', messageId: `${user}-${n}`, userId: user, event: 'Chaos', properties: { n } };
        });
        await this.#send(size === 1 ? 'track' : 'batch', size === 1 ? events[0]! : { batch: events });
        for (const event of events) log.push({ messageId: event.messageId, user, n: event.properties.n });
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, (_, i) => sender(i)));
    return log;
  }

  async #send(call: string, body: object): Promise<void> {
    const tries = 2_000;
    for (let i = 1; i <= tries; i++) {
      this.unanswered++;
      const status = await fetch(`${this.#url}/v1/${call}`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${this.#key}:`).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      })
        .then(async (response) => {
          await response.text();
          return response.status;
        })
        .catch(() => 0);
      this.unanswered--;
      if (status === 200) return;
      if (status >= 400 && status < 500) throw new Error(`the server refused an event with ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`an event was not acknowledged in ${tries} tries`);
  }
}
