import { z } from 'zod';
import { operator } from './condition.ts';
import { jsonValue } from './json.ts';
import { jsonPath, mappingRule } from './mapping.ts';
import { webhookParameter } from './parameter.ts';

export const httpMethod = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
export const bodyFormat = z.enum(['json', 'form', 'xml', 'text']);

/** Header names: an HTTP token (RFC 9110, 5.6.2). */
export const headerName = z
  .string()
  .max(100)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "must be a header name: letters, digits and !#$%&'*+-.^_`|~ without spaces");

/** A header. The value of a secret one is no template, is write-only, and is added only when the request is sent. */
export const webhookHeader = z.strictObject({
  name: headerName,
  value: z
    .string()
    .max(8192)
    .refine((value) => !/[\r\n\0]/.test(value), 'must not hold a line break'),
  secret: z.boolean().default(false),
});

/** Retry policies that ship with Handoff, by name; see server/flow/delivery. */
export const builtInRetry = z.enum(['standard-webhooks', 'customer.io', 'cyberimpact', 'none']);

/** When a failed attempt is tried again: a built-in policy, or the waits in seconds between attempts (jitter ±10 %). */
export const retryPolicy = z.union([
  builtInRetry,
  z.strictObject({ waits: z.array(z.number().positive().max(604_800)).max(50) }),
]);
export type RetryPolicy = z.infer<typeof retryPolicy>;

/** A status, or all of a class. */
const statusOrClass = z.union([z.number().int().min(100).max(599), z.enum(['1xx', '2xx', '3xx', '4xx', '5xx'])]);
const statuses = z.array(statusOrClass).max(100);

/**
 * What the receiver's status means: delivered, try again, failed for good, or failed so that the whole campaign is
 * stopped. A status goes before its class; what is listed nowhere is failed for good.
 */
export const statusRules = z
  .strictObject({
    delivered: statuses.default(['2xx']),
    retry: statuses.default([408, 409, 425, 429, '5xx']),
    fail: statuses.default([]),
    stop: statuses.default([]),
  })
  .superRefine((rules, context) => {
    const seen = new Map<number | string, string>();
    for (const [name, list] of Object.entries(rules))
      for (const [i, status] of list.entries()) {
        const other = seen.get(status);
        if (other !== undefined && other !== name)
          context.addIssue({ code: 'custom', path: [name, i], message: `${status} stands in ${other} already` });
        seen.set(status, name);
      }
  });
export type StatusRules = z.infer<typeof statusRules>;

/** Status rules that ship with Handoff; see server/flow/delivery/verdict.ts. */
export const builtInStatuses = z.enum(['standard', 'bloomreach']);

/** An answer counts as delivered only if its JSON body says so: `{"path": "success", "op": "equals", "value": true}`. */
export const successCondition = z.strictObject({
  /** A dotted path, as in conditions. */
  path: z.string().min(1).max(300),
  op: operator,
  value: jsonValue.optional(),
  /** What the attempt is when the condition doesn't hold. */
  otherwise: z.enum(['retry', 'fail']).default('fail'),
});
export type SuccessCondition = z.infer<typeof successCondition>;

/** How a batch's answer tells what became of each profile. */
export const batchResults = z.strictObject({
  /** JSONPath of the list in the answer that has an entry for each profile: `$.results[*]`. */
  list: jsonPath,
  /** Whose an entry is: by its place, or by a value in it (`path`, JSONPath) that equals what `key`, a template, gave. */
  match: z
    .union([z.literal('position'), z.strictObject({ path: jsonPath, key: z.string().min(1).max(8_192) })])
    .default('position'),
  /** JSONPath of a number in the entry that is judged as a status. */
  status: jsonPath.optional(),
  /** An entry counts as delivered only if it says so. */
  success: successCondition.optional(),
  /** What a profile without an entry is. */
  missing: z.enum(['delivered', 'retry', 'fail']).default('delivered'),
});

/** What the statuses of a webhook's answers mean: rules by name, or its own. */
export const statusesMean = z.union([builtInStatuses, statusRules]);

/**
 * Many deliveries in one request: each profile's part is made by `customer`, and the webhook's body is the root template,
 * which sees the parts as `customers`.
 */
export const batch = z.strictObject({
  /** Most profiles in a request; of those that events queue, 200 at most. */
  size: z.number().int().min(1).max(1_000).default(100),
  /** Most bytes of a body. */
  bytes: z.number().int().min(1_000).max(1_048_576).default(1_048_576),
  /** How long a delivery waits for others, ms. */
  wait_ms: z.number().int().min(0).max(3_600_000).default(1_000),
  /** The template of one profile's part. */
  customer: z.string().min(1).max(65_536),
  /** Answers upon which a batch is split in halves, until the profile that is refused stands alone. None: never. */
  split_on: statuses.default([]),
  results: batchResults.optional(),
});
export type Batch = z.infer<typeof batch>;

/** How requests are signed. `key`: a signing key's id; the workspace's default key when left out. */
export const signing = z.strictObject({
  scheme: z.enum(['standard-webhooks', 'customer.io', 'sha256', 'none']).default('standard-webhooks'),
  key: z.string().optional(),
  /** Header of the plain `sha256=` scheme. */
  header: headerName.default('X-Signature-256'),
});
export type Signing = z.infer<typeof signing>;

/** Languages of templates. */
export const templateLanguage = z.enum(['liquid', 'jinja', 'mustache', 'velocity']);

/** A request definition: what a version of a webhook holds; all its templates are in one language. */
export const webhookDefinition = z.strictObject({
  language: templateLanguage.default('liquid'),
  escaping: z.enum(['automatic', 'vendor']).default('automatic'),
  method: httpMethod.default('POST'),
  url: z.string().min(1).max(4096),
  query: z
    .array(z.strictObject({ name: z.string().min(1).max(200), value: z.string().max(8192) }))
    .max(100)
    .default([]),
  headers: z.array(webhookHeader).max(100).default([]),
  format: bodyFormat.default('json'),
  body: z.string().max(262_144).default(''),
  /** What steps fill in; templates see the values as `parameters`. */
  parameters: z.array(webhookParameter).max(50).default([]),
  /** Partials by name: the only source of `{% render %}`. */
  snippets: z.record(z.string().min(1).max(100), z.string().max(65_536)).default({}),
  timeout_ms: z.number().int().min(100).max(60_000).default(15_000),
  retry: retryPolicy.default('standard-webhooks'),
  statuses: statusesMean.default('standard'),
  success: successCondition.optional(),
  /** The credential that requests are sent with: its id. It is added when a request is sent, under its prefix alone. */
  credential: z.string().max(100).optional(),
  signing: signing.default({ scheme: 'standard-webhooks', header: 'X-Signature-256' }),
  mapping: z.array(mappingRule).max(100).default([]),
  batch: batch.optional(),
});
export type WebhookDefinition = z.infer<typeof webhookDefinition>;
