import { expect } from 'vitest';
import { startHandoff } from './handoff.ts';
import { startReceiver } from './receiver.ts';

/** A whole Handoff with a receiver: webhooks, scenarios and people by name alone, and the deliveries that come of them. */
export async function startFlow() {
  const h = await startHandoff();
  const receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
  let n = 0;

  /** A webhook to a path of the receiver. */
  async function webhook(path: string, definition: object = {}): Promise<{ id: string; key: string }> {
    const made = await h.api('POST', '/webhooks', {
      name: `W${++n}`,
      definition: { url: `${receiver.url}${path}`, body: '{"id":"{{customer.id}}"}', ...definition },
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body;
  }

  /** A published scenario on an event of its own. */
  async function scenario(steps: { id: string; [key: string]: unknown }[], extra: object = {}) {
    const event = `Event ${++n}`;
    const draft = { trigger: { kind: 'event', event }, start: steps[0]!.id, steps, ...extra };
    const made = await h.api('POST', '/scenarios', { name: event, draft });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const published = await h.api('POST', `/scenarios/${made.body.id}/publish`);
    expect(published.status, JSON.stringify(published.body)).toBe(200);
    return { id: made.body.id as string, event };
  }

  return {
    h,
    receiver,
    async stop() {
      await receiver.close();
      await h.stop();
    },
    webhook,
    scenario,
    /** A number that nothing had before. */
    next: () => ++n,
    /** A scenario of one step: a webhook to the path. */
    async one(path: string, definition: object = {}, step: object = {}) {
      const { id } = await webhook(path, definition);
      return scenario([{ id: 'call', kind: 'webhook', webhook: id, ...step }]);
    },
    /** Sends the event for a new user; returns the profile's id. */
    async send(event: string, properties: object = {}): Promise<string> {
      const userId = `user-${++n}`;
      expect((await h.track('track', { userId, event, properties })).status).toBe(200);
      const found = await h.until(
        'the profile',
        async () => (await h.api('GET', `/profiles?identifier=user_id:${userId}`)).body.items[0],
      );
      return found.id;
    },
    /** The profile's delivery in a state, or in any, as the API shows it; newest first. */
    delivery: (profile: string, state?: string, at = 0) =>
      h.until(`a delivery ${state ?? ''}`, async () => {
        const { items } = (await h.api('GET', `/deliveries?profile=${profile}${state ? `&state=${state}` : ''}`)).body;
        return items[at] && (await h.api('GET', `/deliveries/${items[at].id}`)).body;
      }),
  };
}

export type Flow = Awaited<ReturnType<typeof startFlow>>;
