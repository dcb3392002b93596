import { profileName } from '../../../shared/profile-name.ts';
import { parseExact } from '../../data/exact.ts';

/** What a profile is called: its name, else its email, else its id. */
export function titleOf(profile: { id: string; attributes: Record<string, unknown> }): string {
  return profileName(profile.attributes) ?? profile.id;
}

/** An attribute's value as one line of text. */
export function lineOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What someone typed, as a value: JSON where it is JSON, else the text itself. */
export function typed(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}
