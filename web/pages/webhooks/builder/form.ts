import type { TemplateLanguage } from '../../../components/templates/languages.ts';
import { aroundParts, lineOf, Source, Unheld } from './text.ts';

/** A field of a form with its places in the text. */
export interface FormField {
  key: [from: number, to: number];
  value: [from: number, to: number];
}

/** The fields of a form's body, `a=1&b=2`. Throws Unheld. */
export function parseForm(language: TemplateLanguage, text: string): FormField[] {
  if (text.trim() === '') return [];
  const source = new Source(language, text);
  const fields: FormField[] = [];
  let from = 0;
  let equals = -1;
  const end = (at: number) => {
    if (equals === -1) throw new Unheld(`line ${lineOf(text, from)}: ${text.slice(from, at).slice(0, 40)} has no =`);
    const field: FormField = { key: [from, equals], value: [equals + 1, at] };
    source.balanced(...field.key);
    source.balanced(...field.value);
    fields.push(field);
    from = at + 1;
    equals = -1;
  };
  for (let at = 0; at < text.length; ) {
    const part = source.partAt(at);
    const char = text[at];
    if (part?.kind === 'broken') source.refuse(part);
    if (char === '\n' || char === '\r') throw new Unheld(`line ${lineOf(text, at)}: a form has no line breaks`);
    if (part === undefined && char === '&') end(at);
    if (part === undefined && char === '=' && equals === -1) equals = at;
    at = part?.to ?? at + 1;
  }
  end(text.length);
  return fields;
}

/** What a name or value of a form says; null when it can't be said again. */
export function decoded(language: TemplateLanguage, text: string): string | null {
  const found = aroundParts(language, text, (piece) => decodeURIComponent(piece.replaceAll('+', ' ')));
  return found === null || /\p{Cc}/u.test(found) ? null : found;
}

/** A text as a form's name or value; null when it can't be. */
export const encoded = (language: TemplateLanguage, text: string): string | null =>
  aroundParts(language, text, (piece) => encodeURIComponent(piece).replaceAll('%20', '+'));
