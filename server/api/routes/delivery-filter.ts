import { z } from 'zod';
import type { DeliveryFilter } from '../../flow/delivery/index.ts';
import { getProfile } from '../../flow/profiles/index.ts';
import { type IdKind, parse } from '../../platform/ids.ts';
import { DELIVERY } from '../../schema/index.ts';
import type { ApiParts } from '../route.ts';

/** Names of the states that a delivery can be in. */
export const states = Object.keys(DELIVERY) as [keyof typeof DELIVERY, ...(keyof typeof DELIVERY)[]];

/** A query parameter that holds an id; another form is a 422 that names the field. */
const idQuery = (kind: IdKind) =>
  z
    .string()
    .max(60)
    .refine((value) => parse(kind, value) !== null, `must be a ${kind} id`)
    .transform((value) => parse(kind, value)!)
    .optional();
const timeQuery = z.iso
  .datetime({ offset: true })
  .transform((value) => Date.parse(value))
  .optional();
/** Which deliveries are meant. */
export const filterQuery = z.object({
  state: z
    .union([z.enum(states), z.array(z.enum(states)).max(states.length)])
    .optional()
    .meta({ description: 'One state, or several by repeating it' }),
  webhook: idQuery('webhook'),
  scenario: idQuery('scenario'),
  run: idQuery('run'),
  step: z.string().max(64).optional(),
  reason: z.string().max(100).optional().meta({ description: "A reason's code" }),
  profile: idQuery('profile'),
  idempotency_key: z.string().max(100).optional().meta({ description: 'The delivery with this key, and its resends' }),
  from: timeQuery,
  to: timeQuery,
});

/** The filter that a query names; a merged profile's earlier ids count too. */
export async function filterOf(parts: ApiParts, workspaceId: string, query: z.output<typeof filterQuery>) {
  const filter: DeliveryFilter = {};
  if (query.state !== undefined) filter.states = [query.state].flat().map((name) => DELIVERY[name]);
  if (query.webhook) filter.webhookId = query.webhook;
  if (query.scenario) filter.scenarioId = query.scenario;
  if (query.run) filter.runId = query.run;
  if (query.step !== undefined) filter.step = query.step;
  if (query.reason !== undefined) filter.reason = query.reason;
  if (query.idempotency_key !== undefined) filter.idempotencyKey = query.idempotency_key;
  if (query.from !== undefined) filter.from = query.from;
  if (query.to !== undefined) filter.to = query.to;
  if (query.profile) {
    const profile = await getProfile(parts.database, workspaceId, query.profile);
    filter.profileIds = profile ? [profile.id, ...profile.merged.map((one) => one.id)] : [query.profile];
  }
  return filter;
}
