import { present } from '../../platform/ids.ts';

/** What a template sees of one delivery. `attributes` and `properties` are JSON text; times in ms; ids bare. */
export interface ContextText {
  profileId: string;
  attributes: string;
  event: { id: string; name: string | null; at: number; properties: string } | null;
  /** Earlier responses, oldest first. `body` is the text that came back. */
  responses: readonly (readonly [step: string, { status: number | null; body: string | null }])[];
  step: string | null;
  scenario: { id: string; name: string | null } | null;
  /** Values that the step gives to the webhook's parameters, as JSON text of a map; null for none. */
  parameters: string | null;
  deliveryId: string;
  now: number;
  /** Nothing but a trial. */
  trial?: boolean;
}

/**
 * The context as JSON text (its shape is in rendering/context.ts). Put together from JSON texts as they are stored:
 * nothing is parsed here, and numbers stay as they were written. Deliveries, previews and dry runs all use it.
 */
export function contextText(given: ContextText): string {
  const { event, scenario } = given;
  const trigger =
    event === null
      ? 'null'
      : `{"id":"${present('event', event.id)}","name":${JSON.stringify(event.name)},"timestamp":"${new Date(event.at).toISOString()}","properties":${event.properties}}`;
  const earlier = given.responses.map(
    ([step, { status, body }]) => `${JSON.stringify(step)}:{"status":${status},"body":${JSON.stringify(body)}}`,
  );
  const from =
    scenario === null ? 'null' : `{"id":"${present('scenario', scenario.id)}","name":${JSON.stringify(scenario.name)}}`;
  const filled = given.parameters === null ? '' : `,"parameters":${given.parameters}`;
  return `{"profile":{"id":"${present('profile', given.profileId)}","attributes":${given.attributes}},"event":${trigger},"responses":{${earlier.join(',')}},"step":${JSON.stringify(given.step)},"scenario":${from},"delivery":{"id":"${present('delivery', given.deliveryId)}","envelope_id":"${given.trial ? 'test_' : ''}${envelopeId(given.deliveryId)}"},"now":${given.now}${filled}}`;
}

/** The id that an envelope has: of the delivery's own, so that it stays when it is tried again. */
function envelopeId(deliveryId: string): string {
  return present('delivery', deliveryId).replace(/^[a-z]+/, 'evt');
}
