import { z } from 'zod';

/**
 * Any JSON value. Not `z.json()`: that refuses numbers which are kept as they were written (12.50, integers beyond 2^53).
 * Only for values that were parsed from JSON.
 */
export const jsonValue = z.custom<z.core.util.JSONType>((value) => value !== undefined, 'is needed');
