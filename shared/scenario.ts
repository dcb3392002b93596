import { z } from 'zod';
import { attributeName } from './attribute.ts';
import { condition } from './condition.ts';
import { jsonValue } from './json.ts';
import { writeMode } from './mapping.ts';
import { parameterValues } from './parameter.ts';

export const origin = z.enum(['event', 'response', 'inbound', 'import', 'person', 'scenario']);

/** A span of time in seconds; 90 days at most. */
const seconds = z.number().positive().max(7_776_000);

/** An event by name, with a filter on its properties and the origins it may come from. */
export const eventTrigger = z.strictObject({
  kind: z.literal('event'),
  event: z.string().min(1).max(200),
  filter: condition.optional(),
  origins: z.array(origin).min(1).optional(),
});

/**
 * A campaign: its runs let in the profiles for whom `filter` (on attributes alone) holds, or everyone. A run is started by
 * hand, at a time, or by `calendar`: minute, hour, day, month and weekday (`0 9 * * 1-5`) in the workspace's time zone.
 */
export const campaignTrigger = z.strictObject({
  kind: z.literal('campaign'),
  filter: condition.optional(),
  calendar: z.string().min(1).max(100).optional(),
});

/** What starts the scenario. */
export const trigger = z.discriminatedUnion('kind', [eventTrigger, campaignTrigger]);
export type Trigger = z.infer<typeof trigger>;

/** The event that starts a scenario; null when something else does. */
export function eventOf(definition: { trigger: Trigger | null }): string | null {
  return definition.trigger?.kind === 'event' ? definition.trigger.event : null;
}

/**
 * Whether a profile may enter again: always; once; when it isn't in the scenario any more; or when its last entry is
 * long enough ago.
 */
export const reentry = z.union([z.enum(['always', 'once', 'when_ended']), z.strictObject({ after_seconds: seconds })]);

export const stepId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _');
/** The step that follows; null ends the way. */
const next = stepId.nullable().default(null);
const base = { id: stepId, name: z.string().max(200).default('') };

export const webhookStep = z.strictObject({
  ...base,
  kind: z.literal('webhook'),
  /** A webhook's id or key. */
  webhook: z.string().min(1).max(100),
  /** Values of the webhook's parameters; its defaults stand for the others. */
  parameters: parameterValues.optional(),
  /** Move on after the first attempt, whatever it brought, or wait for the outcome. */
  move_on: z.enum(['first_attempt', 'outcome']).default('outcome'),
  next,
  /** Where a skipped, failed or cancelled one goes; without it the profile goes on to `next`. */
  on_fail: stepId.nullable().optional(),
});
export const conditionStep = z.strictObject({
  ...base,
  kind: z.literal('condition'),
  if: condition,
  yes: next,
  no: next,
});
export const waitStep = z.strictObject({ ...base, kind: z.literal('wait'), seconds, next });
export const updateStep = z.strictObject({
  ...base,
  kind: z.literal('update'),
  set: z
    .array(z.strictObject({ attribute: attributeName, mode: writeMode.default('set'), value: jsonValue }))
    .min(1)
    .max(50),
  next,
});
export const exitStep = z.strictObject({ ...base, kind: z.literal('exit'), reason: z.string().max(200).default('') });

export const step = z.discriminatedUnion('kind', [webhookStep, conditionStep, waitStep, updateStep, exitStep]);
export type Step = z.infer<typeof step>;

/** What a version of a scenario holds. A draft may be incomplete; publishing checks the whole. */
export const scenarioDefinition = z.strictObject({
  trigger: trigger.nullable().default(null),
  reentry: reentry.default('always'),
  start: stepId.nullable().default(null),
  steps: z.array(step).max(200).default([]),
});
export type ScenarioDefinition = z.infer<typeof scenarioDefinition>;
