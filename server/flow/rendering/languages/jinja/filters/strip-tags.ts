import { type Budget, NAME_OF } from '../../core/index.ts';

const CHARACTERS = new Map<string, string>([
  ...[...NAME_OF].map(([char, name]): [string, string] => [name, char]),
  ...Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", AMP: '&', LT: '<', GT: '>', QUOT: '"' }),
]);
/** Names that browsers read without a semicolon, too: those of the first HTML. */
const LOOSE = new Set([...CHARACTERS].filter(([name, char]) => char <= 'ÿ' && name !== 'apos').map(([name]) => name));
/** Codes 128 to 159 are taken as Windows means them, as browsers do. */
const WINDOWS = new TextDecoder('windows-1252');

function withoutAll(text: string, open: string, close: string): string {
  let made = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf(open, at);
    const end = start === -1 ? -1 : text.indexOf(close, start);
    if (end === -1) return made + text.slice(at);
    made += text.slice(at, start);
    at = end + close.length;
  }
}

function character(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return WINDOWS.decode(Uint8Array.of(code));
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
  const refused =
    code < 0x20 ? !'\t\n\f\r'.includes(String.fromCharCode(code)) : code === 0x7f || (code & 0xfffe) === 0xfffe;
  return refused || (code >= 0xfdd0 && code <= 0xfdef) ? '' : String.fromCodePoint(code);
}

function named(name: string): string | null {
  if (name.endsWith(';')) {
    const exact = CHARACTERS.get(name.slice(0, -1));
    if (exact !== undefined) return exact;
  }
  for (let length = Math.min(name.length, 8); length > 1; length--) {
    const begin = name.slice(0, length);
    if (LOOSE.has(begin)) return CHARACTERS.get(begin)! + name.slice(length);
  }
  return null;
}

/** HTML entities as what they mean. */
export function unescapeHtml(text: string): string {
  return text.replace(/&(?:#(\d+);?|#[xX]([\da-fA-F]+);?|([^\t\n\f <&#;]{1,32};?))/g, (all, decimal, hex, name) => {
    if (name !== undefined) return named(name) ?? all;
    return character(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

/** Text without comments and tags, white space put together, entities resolved. */
export function stripTags(text: string, budget: Budget): string {
  budget.use(text.length * 2);
  const bare = withoutAll(withoutAll(text, '<!--', '-->'), '<', '>');
  return unescapeHtml(bare.split(/\s+/).filter(Boolean).join(' '));
}
