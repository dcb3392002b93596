/** Escaping: data is made safe for where it stands; what the author wrote, or marked `raw`, stays as it is. */
import type { Piece } from '../language.ts';
import { type Marked, percent, type Safe } from '../languages/core/index.ts';
import { jsonTexts } from './json.ts';
import { textOf } from './text.ts';
import { xmlTexts } from './xml.ts';

/** Where an output goes. `plain`: nothing is escaped. */
export type Target = 'json' | 'form' | 'xml' | 'url' | 'plain';

type Simple = Exclude<Target, 'json' | 'xml'>;
const ESCAPE: Record<Simple, (text: string) => string> = {
  plain: (text) => text,
  url: percent,
  form: (text) => percent(text).replaceAll('%20', '+'),
};

/** Marks that make a part of a text safe as it stands, beside the author's. */
const SAFE_IN: Record<Simple, Safe | null> = { plain: null, url: 'url', form: 'url' };

/** Texts of the pieces, in order, safe for `target`. */
export function texts(pieces: Piece[], target: Target): string[] {
  if (target === 'json') return jsonTexts(pieces);
  if (target === 'xml') return xmlTexts(pieces);
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
