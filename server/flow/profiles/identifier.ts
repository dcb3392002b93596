import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { cleanText } from '../../platform/text.ts';

/** What identifies a profile: a kind (user_id, anonymous_id, email, phone, or an identifier attribute) and a value. */
export interface Identifier {
  kind: string;
  value: string;
}

// Ids that programs send for nobody. Taken as a person, thousands of people would become one.
const NOBODY = new Set([
  '',
  '0',
  '-1',
  'null',
  'undefined',
  'none',
  'nil',
  'nan',
  'false',
  'true',
  'anonymous',
  'unknown',
  'guest',
  'n/a',
  '[object object]',
  '00000000-0000-0000-0000-000000000000',
]);
const MAX_LENGTH = 512;

/** The identifier in its one spelling, or null when the value can't identify anyone. */
export function identifier(kind: string, value: unknown): Identifier | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = cleanText(String(value)).trim();
  if (text.length > MAX_LENGTH || NOBODY.has(text.toLowerCase())) return null;
  if (kind === 'email') return /^[^@\s]+@[^@\s]+$/.test(text) ? { kind, value: text.toLowerCase() } : null;
  if (kind === 'phone') {
    const phone = phoneOf(text);
    return phone === null ? null : { kind, value: phone };
  }
  return { kind, value: text };
}

/** A phone number as E.164, or null when the text is none that holds without a country. */
export function phoneOf(text: string): string | null {
  const parsed = parsePhoneNumberFromString(text.startsWith('00') ? `+${text.slice(2)}` : text);
  return parsed?.isPossible() ? parsed.number : null;
}
