/** Calls the API: method, path behind /api/v1, body. Throws when the answer is no success. */
export type Call = (method: string, path: string, body?: unknown) => Promise<{ id: string }>;

/** Calls of a server at an address with a key. */
export function callsOf(url: string, key: string): Call {
  return async (method, path, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { id: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
}

/** What the lanes of the whole scene are called, and the limit of one of them. */
export const LIMIT = { concurrency: 4, rate: 30, timeoutMs: 3_000 } as const;

/** Names of events to be taken in turn at a rate (a second): as many `Limited` as the policy lets through in the long run. */
export function eventsAt(rate: number): string[] {
  const others = ['Calm', 'Chaos', 'Chaos'];
  const length = Math.max(4, Math.ceil(rate / (LIMIT.rate * (2 / 3))));
  return ['Chaos', 'Limited', ...Array.from({ length: length - 2 }, (_, i) => others[i % 3]!)];
}

const retry = { waits: [20, 20, 30, 30, 60, 60, 60, 60, 60, 60, 60, 60] };
const timeout_ms = LIMIT.timeoutMs;

/** A scenario of two webhooks for the event `Chaos`, the second of which uses the first's response and a mapped attribute. */
export async function prepareChain(call: Call, receiver: string): Promise<void> {
  await call('PATCH', '/workspace', { allow_http: true });
  const first = await call('POST', '/webhooks', {
    name: 'first',
    definition: {
      url: `${receiver}/first`,
      body: '{"user":"{{customer.id}}","n":{{event.n}}}',
      retry,
      timeout_ms,
      mapping: [{ path: 'lead', attribute: 'lead' }],
    },
  });
  const second = await call('POST', '/webhooks', {
    name: 'second',
    definition: {
      url: `${receiver}/second`,
      body: '{"lead":"{{steps.one.response.lead}}","known":"{{customer.lead}}","n":{{event.n}}}',
      retry,
      timeout_ms,
    },
  });
  await publish(call, 'Chaos', [
    { id: 'one', kind: 'webhook', webhook: first.id, next: 'two' },
    { id: 'two', kind: 'webhook', webhook: second.id, next: null },
  ]);
}

/**
 * The whole scene: the chain on a receiver that has every kind of trouble; `Limited` under a policy that binds; `Calm` to a
 * receiver that has no trouble at all. Returns the ids of the limited and the calm webhook, and of the policy.
 */
export async function prepareScene(call: Call, receivers: { faulty: string; limited: string; calm: string }) {
  await prepareChain(call, receivers.faulty);
  const policy = await call('POST', '/policies', {
    name: 'limit',
    concurrency: LIMIT.concurrency,
    rate: LIMIT.rate,
    per: 'second',
  });
  const made = async (name: string, url: string, event: string) => {
    const { id } = await call('POST', '/webhooks', {
      name,
      definition: { url, body: '{"n":{{event.n}}}', retry, timeout_ms },
    });
    await publish(call, event, [{ id: 'one', kind: 'webhook', webhook: id, next: null }]);
    return id;
  };
  const limited = await made('limited', `${receivers.limited}/limited`, 'Limited');
  await call('PATCH', `/webhooks/${limited}`, { policy: policy.id });
  const calm = await made('calm', `${receivers.calm}/calm`, 'Calm');
  return { limited, calm, policy: policy.id };
}

async function publish(call: Call, event: string, steps: { id: string; [key: string]: unknown }[]): Promise<void> {
  const draft = { trigger: { kind: 'event', event }, start: steps[0]!.id, steps };
  const { id } = await call('POST', '/scenarios', { name: event, draft });
  await call('POST', `/scenarios/${id}/publish`);
}
