import { parseExact } from '../../data/exact.ts';

type Attributes = Record<string, unknown>;

/** What a profile is called: its name, else its email, else its id. */
export function titleOf(profile: { id: string; attributes: Attributes }): string {
  const { attributes: a } = profile;
  const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : null);
  const whole = [text(a.first_name) ?? text(a.firstName), text(a.last_name) ?? text(a.lastName)]
    .filter(Boolean)
    .join(' ');
  return text(a.name) ?? (whole || null) ?? text(a.email) ?? profile.id;
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
