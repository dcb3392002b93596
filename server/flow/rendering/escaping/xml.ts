import type { Piece } from '../language.ts';
import type { Marked } from '../languages/core/index.ts';
import { textOf } from './text.ts';

/** Where in an XML document a text stands. */
type State = 'text' | 'tag' | 'single' | 'double' | 'cdata' | 'comment' | 'instruction';

/** What ends each state, and which one follows. */
const ENDS: Record<Exclude<State, 'text' | 'tag'>, { end: string; next: State }> = {
  single: { end: "'", next: 'tag' },
  double: { end: '"', next: 'tag' },
  cdata: { end: ']]>', next: 'text' },
  comment: { end: '-->', next: 'text' },
  instruction: { end: '?>', next: 'text' },
};
const BEGINS: [string, State][] = [
  ['<![CDATA[', 'cdata'],
  ['<!--', 'comment'],
  ['<?', 'instruction'],
  ['<', 'tag'],
];
const IN_TAG: Record<string, State> = { '>': 'text', '"': 'double', "'": 'single' };
const TAG_SIGN = /[>"']/g;

/** The state after the author's text. */
function after(text: string, before: State): State {
  let state = before;
  let at = 0;
  for (;;) {
    if (state === 'text') {
      const next = text.indexOf('<', at);
      if (next === -1) return state;
      const [sign, begun] = BEGINS.find(([begin]) => text.startsWith(begin, next))!;
      state = begun;
      at = next + sign.length;
    } else if (state === 'tag') {
      TAG_SIGN.lastIndex = at;
      const found = TAG_SIGN.exec(text);
      if (found === null) return state;
      state = IN_TAG[found[0]]!;
      at = found.index + 1;
    } else {
      const { end, next }: (typeof ENDS)['cdata'] = ENDS[state];
      const found = text.indexOf(end, at);
      if (found === -1) return state;
      state = next;
      at = found + end.length;
    }
  }
}

const SIGNS: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A reader would take them for a line feed, and in an attribute all three for a space.
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};
const AGAIN = ']]><![CDATA[';

/** Data so that whoever reads the document gets it back as it is. */
function escaped(text: string, state: State): string {
  switch (state) {
    case 'text':
    case 'comment':
    case 'instruction':
      return text.replace(/[&<>"'\r]/g, (sign) => SIGNS[sign]!);
    case 'cdata': {
      // The section is begun again wherever its end would arise, also together with what stands around the data.
      const inside = text.replace(/(^|\])>/g, `$1${AGAIN}>`).replaceAll('\r', `]]>&#13;<![CDATA[`);
      return inside.endsWith(']') ? inside + AGAIN : inside;
    }
    default:
      return text.replace(/[&<>"'\r\n\t]/g, (sign) => SIGNS[sign]!);
  }
}

/** Texts of the pieces, in order, for an XML body: data escaped for where the author's text puts it. */
export function xmlTexts(pieces: Piece[]): string[] {
  let state: State = 'text';
  const own = (text: string) => {
    state = after(text, state);
    return text;
  };
  return pieces.map(({ kind, value, text }) => {
    if (kind === 'value' || kind === 'fragment') return escaped(text ?? textOf(value), state);
    if (kind !== 'marked') return own(textOf(value));
    const parts = (value as Marked).parts.map((part) => {
      const whole = part.text.toWellFormed();
      const safe = part.safe === 'everywhere' || part.safe === 'body' || part.safe === 'xml';
      return safe ? own(whole) : escaped(whole, state);
    });
    return parts.join('');
  });
}
