import { z } from 'zod';
import type { WebhookDefinition } from '../../../shared/webhook.ts';
import { loadCredential } from '../../connections/index.ts';
import { type Made, preview, sendTrial, type TrialFor, type TrialRequest } from '../../flow/delivery/index.ts';
import { getProfile } from '../../flow/profiles/index.ts';
import type { RenderResult } from '../../flow/rendering/index.ts';
import { parse } from '../../platform/ids.ts';
import { checkDefinition, type LoadedWebhook, loadCurrentWebhooks, originOf } from '../../webhooks/index.ts';
import { plainHttp } from '../plain-http.ts';
import { notFound, Problem } from '../problem.ts';
import { type ApiParts, type Call, type Route, route } from '../route.ts';
import { bodyShown, headerShown, showBody, showHeaders } from '../shown.ts';
import { assertMayPut, assertMayTry, credentialFaults, definitionInput } from './webhook-definition.ts';

const MAX_TYPED = 64 * 1024;
const typed = z
  .record(z.string(), z.unknown())
  .refine((value) => JSON.stringify(value).length <= MAX_TYPED, 'is too large');
const input = z.strictObject({
  definition: definitionInput,
  webhook: z.string().optional().meta({ description: 'The webhook whose stored secret headers count' }),
  profile: z.string().optional(),
  event: z.string().optional().meta({ description: 'An event of the profile' }),
  others: z
    .array(z.string())
    .max(19)
    .default([])
    .meta({ description: 'More profiles, which stand in the same request where the webhook sends batches' }),
  typed: z
    .strictObject({
      customer: typed.optional(),
      event: z.strictObject({ name: z.string().max(200).default('Test'), properties: typed.default({}) }).optional(),
      responses: z
        .record(z.string(), z.strictObject({ status: z.number().int().default(200), body: z.unknown() }))
        .default({}),
      parameters: typed.optional().meta({ description: "Values of the webhook's parameters, as a step gives them" }),
    })
    .default({ responses: {} })
    .meta({ description: 'Values typed by hand; they go before the profile and the event' }),
});
type Input = z.output<typeof input>;
const previewInput = input.extend({
  compare: definitionInput
    .optional()
    .meta({ description: 'Another definition, shown beside for the same values, moment and delivery' }),
});

export const request = z
  .object({ method: z.string(), url: z.string(), headers: z.array(headerShown), body: bodyShown })
  .nullable();
export const problem = z.object({
  field: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  message: z.string(),
});

export const requestOf = (given: TrialRequest | null) =>
  given && { method: given.method, url: given.url, headers: showHeaders(given.headers), body: showBody(given.body) };

export function problemsOf(result: RenderResult) {
  if (result.ok) return [];
  const { field, line, column } = result.place ?? { field: 'body', line: 0, column: 0 };
  return [{ field, line, column, message: result.trouble.message }];
}

/** What a rendering made: the request, or why there is none. */
function madeOf({ result, request: made }: Made) {
  const skipped = !result.ok && result.skipped ? result.trouble.message : null;
  return { request: requestOf(made), problems: skipped === null ? problemsOf(result) : [], skipped };
}

/** The webhook as it would be with this definition. A stored secret goes to the origin that it was given for alone. */
async function webhookOf(parts: ApiParts, workspaceId: string, given: Input): Promise<LoadedWebhook> {
  const id = given.webhook === undefined ? null : parse('webhook', given.webhook);
  if (given.webhook !== undefined && id === null) throw notFound('webhook');
  const [stored] =
    id === null ? [] : await loadCurrentWebhooks(parts.database, parts.secrets, [{ workspaceId, webhookId: id }]);
  if (id !== null && !stored) throw notFound('webhook');
  const kept = new Map(stored?.secretHeaders.map(([name, value]) => [name.toLowerCase(), value]));
  const same = stored !== undefined && originOf(stored.definition.url) === originOf(given.definition.url);
  const secretHeaders = given.definition.headers
    .filter((one) => one.secret)
    .flatMap(({ name, value }, i): [string, string][] => {
      if (value !== '') return [[name, value]];
      const known = kept.get(name.toLowerCase());
      if (known === undefined) return [];
      if (!same)
        throw new Problem(422, 'The URL leads to another place, so the secret headers must be given anew.', [
          { field: `definition.headers.${i}.value`, message: 'must be given again: the URL leads to another place' },
        ]);
      return [[name, known]];
    });
  const named = given.definition.credential;
  const credential = named === undefined ? null : parse('credential', named);
  const definition: WebhookDefinition = {
    ...given.definition,
    headers: given.definition.headers.filter((one) => !one.secret),
  };
  return {
    workspaceId,
    id: id ?? '00000000-0000-7000-8000-000000000000',
    key: stored?.key ?? 'draft',
    version: stored?.version ?? 0,
    enabled: true,
    deleted: false,
    definition,
    secretHeaders,
    credential:
      credential === null ? null : await loadCredential(parts.database, parts.secrets, workspaceId, credential),
  };
}

export function idOf(kind: 'profile' | 'event', text: string | undefined): string | null {
  if (text === undefined) return null;
  const id = parse(kind, text);
  if (id === null)
    throw new Problem(422, `${text.slice(0, 60)} is no ${kind} id.`, [{ field: kind, message: 'is no id' }]);
  return id;
}

/** What keeps a definition from being rendered, and what to be wary of. */
async function judged(parts: ApiParts, definition: WebhookDefinition, faults: { field: string; message: string }[]) {
  const checked = await parts.renderPool.check(definition);
  const found = Array.isArray(checked) ? checked : [];
  const problems = [
    ...faults.map(({ field, message }) => ({ field, line: 0, column: 0, message })),
    ...found.filter(({ warning }) => !warning),
  ].slice(0, 50);
  const warnings = found.flatMap(({ warning, ...one }) => (warning ? [one] : [])).slice(0, 50);
  return { problems, warnings };
}

async function trialOf({
  caller,
  body: given,
  parts,
}: Pick<Call<undefined, undefined, Input>, 'caller' | 'body' | 'parts'>) {
  const { workspaceId } = caller;
  const webhook = await webhookOf(parts, workspaceId, given);
  const mayHttp = await plainHttp(parts, workspaceId);
  const faults = checkDefinition(given.definition, {
    allowHttp: mayHttp(given.definition.url),
  });
  faults.push(...(await credentialFaults(given.definition, workspaceId, parts)));
  const key = given.definition.signing.key;
  const keyId = key === undefined ? null : parse('signingKey', key);
  const now = parts.clock.now();
  const unknown = key !== undefined && keyId === null;
  const signingSecrets = unknown ? [] : await parts.keyring.loadSigningSecrets(workspaceId, keyId, now, now);
  if (given.definition.signing.scheme !== 'none' && signingSecrets.length === 0)
    faults.push({ field: 'signing.key', message: 'is no signing key of this workspace' });
  const profileId = idOf('profile', given.profile);
  // An id from a list that is a little old may have been merged into another by now.
  const profile = profileId === null ? null : await getProfile(parts.database, workspaceId, profileId);
  if (profileId !== null && !profile) throw notFound('profile');
  const trial: TrialFor = {
    workspaceId,
    profileId: profile?.id ?? null,
    others: given.definition.batch ? given.others.map((one) => idOf('profile', one)!) : [],
    profileIds: profile ? [profile.id, ...profile.merged.map((one) => one.id)] : [],
    eventId: idOf('event', given.event),
    customer: given.typed.customer ?? null,
    event: given.typed.event ?? null,
    parameters: given.typed.parameters ?? null,
    responses: Object.fromEntries(
      Object.entries(given.typed.responses).map(([step, { status, body: of }]) => [step, { status, body: of ?? null }]),
    ),
  };
  const now2 = () => parts.clock.now();
  const using = { database: parts.database, renderPool: parts.renderPool, now: now2, signingSecrets };
  return { webhook, trial, using, faults };
}

const made = z.object({ request, problems: z.array(problem), skipped: z.string().nullable() });

/** Trying a webhook before, or beside, using it: what would be sent, what comes back, what a mapping finds. */
export const tryingRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/webhooks/preview',
    scope: 'read',
    action: 'read_bodies',
    reads: true,
    tag: 'Webhooks',
    summary: 'Show the request that a definition makes for a profile, by the code that sends',
    body: previewInput,
    answers: {
      200: {
        description: 'The request, or why there is none',
        schema: made.extend({
          warnings: z
            .array(problem)
            .meta({ description: 'What a stricter reading would refuse; it is sent all the same' }),
          other: made.nullable().meta({ description: 'What `compare` makes, where it was given' }),
        }),
      },
    },
    handler: async (call) => {
      const { compare } = call.body;
      const [one, other] = await Promise.all([
        trialOf(call),
        compare && trialOf({ ...call, body: { ...call.body, definition: compare } }),
      ]);
      const both = other ? [one, other] : [one];
      const judgements = await Promise.all(
        both.map(({ webhook, faults }) => judged(call.parts, webhook.definition, faults)),
      );
      const sound = both.filter((_, i) => judgements[i]!.problems.length === 0).map(({ webhook }) => webhook);
      const rendered = sound.length > 0 ? await preview(sound, one.trial, one.using) : [];
      if ('missing' in rendered) throw notFound(rendered.missing);
      const [first, second] = judgements.map(({ problems }) =>
        problems.length > 0 ? { request: null, problems, skipped: null } : madeOf(rendered.shift()!),
      );
      return { body: { ...first!, warnings: judgements[0]!.warnings, other: second ?? null } };
    },
  }),
  route({
    method: 'POST',
    path: '/webhooks/test',
    scope: 'webhooks',
    action: 'send',
    tag: 'Webhooks',
    summary: 'Send a definition once, for real; no delivery is made and nothing is written to a profile',
    body: input,
    answers: {
      200: {
        description: 'What was sent and what came back',
        schema: z.object({
          request,
          problems: z.array(problem),
          ok: z.boolean(),
          reason: z.string().nullable(),
          response: z
            .object({ status: z.number().int(), headers: z.array(headerShown), body: bodyShown, cut: z.boolean() })
            .nullable(),
          address: z.string().nullable(),
          proxy: z.string().nullable(),
          duration_ms: z.number(),
          mapped: z.array(z.object({ attribute: z.string(), value: z.unknown() })),
          refused: z.array(z.object({ attribute: z.string(), reason: z.string() })),
        }),
      },
    },
    handler: async (call) => {
      // A trial leaves the house as a delivery does: who may not change where a webhook goes can't send elsewhere by it.
      const { webhook: of, definition } = call.body;
      const id = of === undefined ? null : parse('webhook', of);
      await assertMayPut(call.caller, id, definition, call.parts);
      await assertMayTry(call.caller, id, definition, call.parts);
      const { webhook, trial, using, faults } = await trialOf(call);
      if (faults.length > 0)
        throw new Problem(
          422,
          `It can't be sent: ${faults[0]!.field} ${faults[0]!.message}`,
          faults.map(({ field, message }) => ({ field: `definition.${field}`, message })),
        );
      const made = await sendTrial(webhook, trial, { ...using, egress: call.parts.egress });
      if ('missing' in made) throw notFound(made.missing);
      return {
        body: {
          request: requestOf(made.request),
          problems: problemsOf(made.result),
          ok: made.ok,
          reason: made.reason,
          response:
            made.status === null
              ? null
              : {
                  status: made.status,
                  headers: showHeaders(made.headers ?? []),
                  body: showBody(made.body),
                  cut: made.cut,
                },
          address: made.address,
          proxy: made.proxy,
          duration_ms: made.durationMs,
          mapped: made.mapped,
          refused: made.refused,
        },
      };
    },
  }),
];
