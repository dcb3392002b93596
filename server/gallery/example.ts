import { z } from 'zod';
import { jsonValue } from '../../shared/json.ts';
import { webhookDefinition } from '../../shared/webhook.ts';

/**
 * Something that only the reader has: an address, an account's id, a key. `field` says where it goes in the definition;
 * `find` is the text that it replaces there, the whole value when left out. `as` makes a header of it: Basic from
 * `user:password` or from a key alone, Bearer from a token.
 */
export const blank = z.object({
  field: z.string().regex(/^(url|body|batch\.customer|query\.\d+\.value|headers\.\d+\.value)$/),
  find: z.string().min(1).optional(),
  label: z.string().min(1),
  hint: z.string().min(1),
  as: z.enum(['text', 'basic', 'basic_key', 'bearer']).default('text'),
});

const CATEGORIES = ['Messages', 'Automation', 'Support', 'Sales', 'Surveys', 'Mail', 'Ads', 'Data'] as const;

/** A ready request to begin with. */
export const example = z.object({
  key: z.string().regex(/^[a-z0-9-]{1,60}$/),
  name: z.string().min(1).max(200),
  service: z.string().min(1),
  category: z.enum(CATEGORIES),
  summary: z.string().min(1),
  definition: webhookDefinition,
  /** What is to be filled in before it can be saved. */
  blanks: z.array(blank),
  /** Attributes and event properties that its templates and its mapping name; to be adapted to one's own. */
  uses: z.array(z.string()),
  /** What the service answers, for trying the mapping. */
  response: z.object({ status: z.number().int(), body: jsonValue }),
  /** What was lost from the page that the example comes from, and how it was put right. */
  repairs: z.array(z.string()),
});
export type Example = z.output<typeof example>;
/** An example as it is written down: what a definition has by default is left out. */
export type Written = z.input<typeof example>;

/** Receivers of others need no signature of ours. */
export const UNSIGNED = { scheme: 'none' } as const;
