import type { Budget } from '../../core/index.ts';

/** Entities that text in the wild has; others stay as they stand. */
const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  euro: '€',
  pound: '£',
  cent: '¢',
  yen: '¥',
  sect: '§',
  deg: '°',
  times: '×',
  shy: '\u00ad',
};

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

/** HTML entities as what they mean. */
function unescapeHtml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{2,8}));/g, (all, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(NAMED, name) ? NAMED[name]! : all;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd';
  });
}

/** Text without comments and tags, white space put together, entities resolved. */
export function stripTags(text: string, budget: Budget): string {
  budget.use(text.length * 2);
  const bare = withoutAll(withoutAll(text, '<!--', '-->'), '<', '>');
  return unescapeHtml(bare.split(/\s+/).filter(Boolean).join(' '));
}
