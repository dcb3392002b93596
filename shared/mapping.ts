import { z } from 'zod';
import { attributeName } from './attribute.ts';

/**
 * How a found value is written to an attribute. `set` replaces; `set_if_empty` writes only where the attribute is
 * missing, null, '' or an empty list; `add_to_list` appends what the list doesn't hold yet; `sum` adds a number.
 */
export const writeMode = z.enum(['set', 'set_if_empty', 'add_to_list', 'sum']);
export type WriteMode = z.infer<typeof writeMode>;

/** A JSONPath (RFC 9535); a bare `fullName` means `$.fullName`. */
export const jsonPath = z.string().min(1).max(1000);

/** One rule of a mapping: a path and the attribute it fills. No match writes nothing; several matches become a list. */
export const mappingRule = z.strictObject({
  path: jsonPath,
  attribute: attributeName,
  mode: writeMode.default('set'),
});
export type MappingRule = z.infer<typeof mappingRule>;
