import { z } from 'zod';
import { jsonValue } from './json.ts';

/** Types of parameters. `long_text`: of several lines; `choice`: one of a list of texts; `json`: any value. */
export const parameterType = z.enum(['text', 'long_text', 'number', 'boolean', 'choice', 'json']);

/** Names that templates can ask for: `parameters.name`, or `parameters['Button text']`, or `[[Button text]]`. */
export const parameterName = z
  .string()
  .regex(
    /^[\p{L}_](?:[\p{L}\p{N}_ .-]{0,62}[\p{L}\p{N}_.-])?$/u,
    'must begin with a letter or _, and hold at most 64 letters, digits, spaces, dots, - and _',
  )
  .refine((name) => name !== '__proto__', 'is a name that no parameter can have');

/** A named, typed field of a webhook, which each scenario step that uses the webhook fills in. */
export const webhookParameter = z.strictObject({
  name: parameterName,
  type: parameterType.default('text'),
  /** What stands at the field instead of its name. */
  label: z.string().max(200).default(''),
  help: z.string().max(1000).default(''),
  /** Taken where a step gives nothing. */
  default: jsonValue.optional(),
  /** A scenario isn't published while a step gives no value and there is no default. */
  required: z.boolean().default(false),
  choices: z.array(z.string().min(1).max(200)).max(100).default([]),
});
export type WebhookParameter = z.infer<typeof webhookParameter>;

/** Values by the names of parameters. */
export const parameterValues = z.record(z.string().min(1).max(64), jsonValue);
