import { ExactNumber } from '../../../platform/json.ts';

/** The text of a piece's value as it stands in text; lone surrogates become U+FFFD. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.toWellFormed();
  if (value === null || value === undefined) return '';
  return value instanceof ExactNumber ? value.text : String(value);
}
