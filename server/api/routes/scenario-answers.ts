import { z } from 'zod';
import type { PublishedVersion, Refusal, Result, Scenario } from '../../flow/scenarios/index.ts';
import { present } from '../../platform/ids.ts';
import { notFound, Problem } from '../problem.ts';
import { iso } from '../route.ts';

export const state = z.enum(['draft', 'active', 'paused', 'archived']);
export const scenario = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  state,
  version: z.number().int().nullable().meta({ description: 'The version that profiles enter; null before publishing' }),
  draft: z.unknown().meta({ description: 'The working copy' }),
  halted: z
    .object({ message: z.string(), at: z.iso.datetime(), delivery: z.string().nullable() })
    .nullable()
    .meta({ description: 'Why a response stopped it; resuming releases what waits, clearing cancels it' }),
  revision: z
    .string()
    .meta({ description: 'Names what is stored of name, description and draft; give it back when saving' }),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export const version = z.object({ version: z.number().int(), definition: z.unknown(), published_at: z.iso.datetime() });
export const problem = z.object({ step: z.string().nullable(), field: z.string(), message: z.string() });
const count = z.number().int();
export const statistics = z.object({
  entered: count,
  profiles: count,
  ended: count,
  steps: z.array(
    z.object({
      step: z.string(),
      reached: count,
      profiles: count,
      queued: count,
      accepted: count,
      pending: count,
      failed: count,
      skipped: count,
      cancelled: count,
      failed_by: z.record(z.string(), count),
      skipped_by: z.record(z.string(), count),
    }),
  ),
});

/** Ids and times of a scenario as they are outside. */
export function presentScenario(given: Scenario) {
  return {
    id: present('scenario', given.id),
    name: given.name,
    description: given.description,
    state: given.state,
    version: given.version,
    draft: given.draft,
    halted: given.halted && {
      message: given.halted.message,
      at: iso(given.halted.at),
      delivery: given.halted.delivery && present('delivery', given.halted.delivery),
    },
    revision: given.revision,
    created_at: iso(given.createdAt),
    updated_at: iso(given.updatedAt),
  };
}

/** A version, its webhooks by the ids that they have outside. */
export function presentVersion(given: PublishedVersion) {
  const steps = given.definition.steps.map((step) =>
    step.kind === 'webhook' ? { ...step, webhook: present('webhook', step.webhook) } : step,
  );
  return {
    version: given.version,
    definition: { ...given.definition, steps },
    published_at: iso(given.publishedAt),
  };
}

/** What the API answers when a change was refused. */
export function problemOf(refusal: Refusal): Problem {
  if (refusal.kind === 'missing') return notFound('scenario');
  if (refusal.kind === 'conflict' || refusal.kind === 'changed') return new Problem(409, refusal.message);
  const errors = refusal.problems.map(({ step, field, message }) => ({
    field: step === null ? field : `steps.${step}.${field}`,
    message,
  }));
  return new Problem(422, refusal.message, errors, { problems: refusal.problems });
}

/** The scenario, or the refusal as a problem. */
export function answer(result: Result<Scenario>, status = 200) {
  if (!result.ok) throw problemOf(result.refusal);
  return { status, body: presentScenario(result.value) };
}
