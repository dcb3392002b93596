import { z } from 'zod';

/** Attribute names: 1 to 100 characters, no control characters, no white space at the ends, none of JavaScript's own. */
export const attributeName = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => name.trim() === name, 'must not begin or end with white space')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .refine((name) => !/[\u0000-\u001f\u007f]/.test(name), 'must not hold control characters')
  .refine((name) => !['__proto__', 'constructor', 'prototype'].includes(name), 'is a reserved name');

/** Types an attribute is declared with; the first value seen decides, and the type then stands. */
export const attributeType = z.enum(['text', 'number', 'boolean', 'date-time', 'list', 'map']);
export type AttributeType = z.infer<typeof attributeType>;

/** Most bytes that the attributes of one profile may take as JSON. */
export const MAX_PROFILE_BYTES = 65_536;
