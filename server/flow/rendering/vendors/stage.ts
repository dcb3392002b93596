/**
 * Requests of the templates that vendors' own pages show. Those pages have lost characters on their way: braces and
 * brackets at the ends of lines, whatever looked like an address (`{{customer.email}}` became `{{}}`), and whole blocks of
 * code. What was put back is said at each test.
 */
import { expect } from 'vitest';
import { type WebhookDefinition, webhookDefinition } from '../../../../shared/webhook.ts';
import { prepare } from '../program.ts';
import { renderRequest } from '../request.ts';

process.env.TZ = 'UTC';
const NOW = Date.UTC(2026, 0, 31, 10, 20, 30);

type Given = Partial<Record<keyof WebhookDefinition, unknown>>;
/** What a template sees beside the profile's attributes. */
interface Around {
  properties?: object;
  responses?: object;
  parameters?: object;
  customers?: string[];
}

/** A definition with a URL, as it is prepared for rendering. */
export const programOf = (given: Given) =>
  prepare(webhookDefinition.parse({ url: 'https://api.example.com/v1', ...given }));

/** The context of one delivery, as JSON. */
export function contextOf(attributes: object, { properties = {}, responses = {}, ...more }: Around): string {
  const event = { id: 'evt_1', name: 'canceled', timestamp: '2026-01-31T10:00:00Z', properties };
  return JSON.stringify({ profile: { id: 'prf_1', attributes }, event, responses, now: NOW, ...more });
}

/** The rendered request, and its body as text. Throws when there is none. */
export function request(given: Given, attributes: object, around: Around = {}) {
  const result = renderRequest(programOf(given), contextOf(attributes, around));
  if (!result.ok) throw new Error(`${result.trouble.code}: ${result.trouble.message}`);
  return { ...result.request, text: Buffer.from(result.request.body ?? []).toString() };
}

/** What the receiver reads, with automatic escaping and as the vendor does it, which both must be the same. */
export function received(given: Given, attributes: object, around: Around = {}): unknown {
  const [automatic, vendor] = ['automatic', 'vendor'].map((escaping) =>
    JSON.parse(request({ ...given, escaping }, attributes, around).text),
  );
  expect(vendor).toEqual(automatic);
  return automatic;
}
