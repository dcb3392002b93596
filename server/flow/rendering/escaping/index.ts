/** Escaping: data is made safe for where it stands; what the author wrote, or marked `raw`, stays as it is. */
import { ExactNumber } from '../../../platform/json.ts';
import type { Piece } from '../language.ts';
import type { Marked, Safe } from '../languages/core/index.ts';
import { jsonTexts } from './json.ts';

/** Where an output goes. `plain`: nothing is escaped. */
export type Target = 'json' | 'form' | 'xml' | 'url' | 'plain';

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.toWellFormed();
  if (value === null || value === undefined) return '';
  return value instanceof ExactNumber ? value.text : String(value);
}

const XML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
/** Characters that XML 1.0 can't hold, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** Percent-encoding of all but the unreserved characters of RFC 3986. */
export function percent(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

const ESCAPE: Record<Exclude<Target, 'json'>, (text: string) => string> = {
  plain: (text) => text,
  url: percent,
  form: (text) => percent(text).replaceAll('%20', '+'),
  xml: (text) => text.replace(/[&<>"']/g, (char) => XML[char]!).replace(NOT_XML, '\ufffd'),
};

/** Marks that make a part of a text safe as it stands, beside the author's. */
const SAFE_IN: Record<Exclude<Target, 'json'>, Safe | null> = { plain: null, url: 'url', form: 'url', xml: 'xml' };

/** Texts of the pieces, in order, safe for `target`. */
export function texts(pieces: Piece[], target: Target): string[] {
  if (target === 'json') return jsonTexts(pieces);
  const safely = ESCAPE[target];
  const own = SAFE_IN[target];
  return pieces.map(({ kind, value, text }) => {
    if (kind === 'value' || kind === 'fragment') return safely(text ?? textOf(value));
    if (kind !== 'marked') return textOf(value);
    const parts = (value as Marked).parts.map((part) =>
      part.safe === 'everywhere' || part.safe === 'body' || part.safe === own
        ? part.text.toWellFormed()
        : safely(part.text.toWellFormed()),
    );
    return parts.join('');
  });
}
