import { z } from 'zod';
import { throughputPolicy } from '../../shared/policy.ts';
import { presetLook } from '../../shared/preset.ts';
import { scenarioDefinition } from '../../shared/scenario.ts';
import { signing, webhookDefinition, webhookHeader } from '../../shared/webhook.ts';

const text = (most: number) => z.string().max(most).default('');
const name = z.string().trim().min(1).max(200);
export const webhookKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, 'must be 1 to 100 small letters, digits, - or _');

/** A header; a secret one has no value. */
const header = webhookHeader
  .extend({ value: webhookHeader.shape.value.optional() })
  .superRefine((one, context) => {
    const message = one.secret
      ? 'must be left out: secrets are given after the import, not in the file'
      : 'is needed; only a secret header has none';
    if (one.secret === (one.value !== undefined)) context.addIssue({ code: 'custom', path: ['value'], message });
  })
  .transform((one) => ({ ...one, value: one.value ?? '' }));

/** A webhook's definition as a file has it: no secrets, and credentials and signing keys by name. */
const definition = webhookDefinition.extend({
  headers: z.array(header).max(100).default([]),
  credential: z.never().optional(),
  credential_name: name.optional(),
  signing: signing
    .omit({ key: true })
    .extend({ key_name: z.string().min(1).max(200).optional() })
    .default({ scheme: 'standard-webhooks', header: 'X-Signature-256' }),
});

const unique = <T>(by: (one: T) => string, what: string) => ({
  check: (list: T[], context: z.RefinementCtx) => {
    const seen = new Set<string>();
    for (const [i, one] of list.entries()) {
      if (seen.has(by(one))) context.addIssue({ code: 'custom', path: [i, what], message: 'stands twice in the file' });
      seen.add(by(one));
    }
  },
});

const webhook = z.strictObject({
  key: webhookKey,
  name,
  description: text(5_000),
  enabled: z.boolean().default(true),
  /** By its name. */
  policy: name.nullable().default(null),
  /** How it is shown as a preset; null when it is none. */
  preset: presetLook.nullable().default(null),
  definition,
});
/** Its webhook steps name keys. Scenarios have no key of their own: they are told apart by name. */
const scenario = z.strictObject({
  name,
  description: text(2_000),
  /** Whether the definition is a draft where it comes from: it never ran there, or not yet as it stands here. */
  draft: z.enum(['never published', 'changed since it was published']).optional(),
  definition: scenarioDefinition,
});

/** What an export holds: nothing in it belongs to one installation alone. */
export const portableDocument = z.strictObject({
  handoff: z.literal(1, 'must be 1: the version of this format'),
  add_by_hand: z.array(z.string().max(2_000)).max(2_000).default([]),
  policies: z
    .array(throughputPolicy)
    .max(200)
    .default([])
    .superRefine(unique<{ name: string }>((one) => one.name, 'name').check),
  webhooks: z
    .array(webhook)
    .max(200)
    .default([])
    .superRefine(unique<{ key: string }>((one) => one.key, 'key').check),
  scenarios: z
    .array(scenario)
    .max(200)
    .default([])
    .superRefine(unique<{ name: string }>((one) => one.name, 'name').check),
});
export type PortableDocument = z.output<typeof portableDocument>;
export type PortableWebhook = PortableDocument['webhooks'][number];
export type PortableScenario = PortableDocument['scenarios'][number];
