import { z } from 'zod';
import { scenarioDefinition, stepId } from '../../../shared/scenario.ts';
import { type DryStep, rehearse, type ShownCall } from '../../flow/engine/index.ts';
import { getScenario, resolveDraft } from '../../flow/scenarios/index.ts';
import { parse } from '../../platform/ids.ts';
import type { LoadedWebhook } from '../../webhooks/index.ts';
import { notFound } from '../problem.ts';
import { type ApiParts, idParam, iso, type Route, route } from '../route.ts';
import { problemOf } from './scenario-answers.ts';
import { idOf, problem, problemsOf, request, requestOf } from './trying.ts';

const step = z.object({
  step: z.string(),
  at: z.iso.datetime().meta({ description: 'When it would be reached' }),
  kind: z.string(),
  note: z.string(),
  request: request.optional().meta({ description: 'What a webhook step would send, secrets hidden' }),
  problems: z.array(problem).optional(),
  mapped: z.array(z.object({ attribute: z.string(), mode: z.string(), value: z.unknown() })).optional(),
  refused: z.array(z.object({ attribute: z.string(), reason: z.string() })).optional(),
});

function presentStep({ at, shown, ...given }: DryStep<ShownCall>) {
  const { step: id, kind, note } = given;
  if (shown === null) return { step: id, at: iso(at), kind, note };
  const { result, mapped, refused } = shown;
  const skipped = !result.ok && result.skipped;
  return {
    step: id,
    at: iso(at),
    kind,
    note,
    request: requestOf(shown.request),
    problems: skipped ? [] : problemsOf(result),
    mapped: mapped.map(({ attribute, mode, value }) => ({ attribute, mode, value })),
    refused,
  };
}

/** The secrets that a webhook is signed with; each webhook is read once a run. */
function signingSecrets({ keyring, clock }: ApiParts, workspaceId: string) {
  const known = new Map<string, Promise<string[]>>();
  return (webhook: LoadedWebhook) => {
    const { key } = webhook.definition.signing;
    const now = clock.now();
    const found =
      known.get(webhook.id) ??
      keyring.loadSigningSecrets(workspaceId, key === undefined ? null : parse('signingKey', key), now, now);
    known.set(webhook.id, found);
    return found;
  };
}

/** Trying a scenario. */
export const dryRunRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/scenarios/{id}/dry-run',
    scope: 'read',
    action: 'read_bodies',
    reads: true,
    tag: 'Scenarios',
    summary: 'Walk a profile through a scenario by the decisions that run it; nothing is written or sent',
    params: z.object({ id: idParam('scenario') }),
    body: z.strictObject({
      draft: scenarioDefinition.optional().meta({ description: 'Instead of the working copy' }),
      profile: z.string(),
      event: z.string().optional().meta({ description: 'An event of the profile that starts it' }),
      properties: z
        .record(z.string(), z.unknown())
        .default({})
        .meta({ description: 'Properties of the starting event, when no event is named' }),
      outcomes: z
        .record(stepId, z.enum(['delivered', 'failed']))
        .default({})
        .meta({ description: 'What becomes of webhook steps; delivered unless named' }),
      responses: z
        .record(stepId, z.unknown())
        .default({})
        .meta({ description: 'What comes back, by step: a text, or a JSON value; an empty body unless named' }),
    }),
    answers: {
      200: {
        description: 'The way, at most 100 steps, and why it ended',
        schema: z.object({ path: z.array(step), ended: z.string() }),
      },
    },
    handler: async ({ parts, caller: { workspaceId }, params: { id }, body }) => {
      const scenario = await getScenario(parts.database, workspaceId, id);
      if (!scenario) throw notFound('scenario');
      const resolved = await resolveDraft(parts.database, workspaceId, body.draft ?? scenario.draft);
      if (!resolved.ok) throw problemOf(resolved.refusal);
      const { outcomes, responses, properties } = body;
      const result = await rehearse(
        {
          workspaceId,
          scenario,
          definition: resolved.value,
          profileId: idOf('profile', body.profile)!,
          eventId: idOf('event', body.event),
          properties,
          outcomes,
          responses,
        },
        {
          database: parts.database,
          renderPool: parts.renderPool,
          secrets: parts.secrets,
          now: () => parts.clock.now(),
          signingSecretsOf: signingSecrets(parts, workspaceId),
        },
      );
      if ('missing' in result) throw notFound(result.missing);
      return { body: { path: result.path.map(presentStep), ended: result.ended } };
    },
  }),
];
