import type { TemplateLanguage } from './languages.ts';

/**
 * A part of a template. `value`: prints something. `tag`: decides or repeats; `open` and `close` say whether it begins
 * or ends a block. `verbatim`: text that the language is told not to read. `broken`: begun and never ended.
 */
export interface Part {
  kind: 'text' | 'value' | 'tag' | 'comment' | 'verbatim' | 'broken';
  from: number;
  to: number;
  /** What stands between the signs, trimmed; the whole for text. */
  inner: string;
  /** For a tag its first word, `if`; for Mustache its sign. */
  word: string;
  block: 'open' | 'close' | 'middle' | null;
}

const LIQUID_OPEN = new Set('if unless case for tablerow capture ifchanged'.split(' '));
const JINJA_OPEN = new Set('if for macro call filter block autoescape with'.split(' '));
const MIDDLE = new Set('else elsif elif when elseif'.split(' '));
const VTL_OPEN = new Set('if foreach macro define'.split(' '));
const VERBATIM = new Set(['raw', 'comment', 'doc']);

/** The text cut at what the language acts on. The parts follow one another without gaps. */
export function scan(language: TemplateLanguage, text: string): Part[] {
  const found: Part[] = [];
  let at = 0;
  const take = language === 'velocity' ? velocity : language === 'mustache' ? mustacheOf() : bracesOf(language);
  for (let part = take(text, 0); part !== null; part = take(text, at)) {
    if (part.from > at) found.push(textPart(text, at, part.from));
    found.push(part);
    at = part.to;
    if (part.kind === 'broken') break;
  }
  if (at < text.length) found.push(textPart(text, at, text.length));
  return found;
}

function textPart(text: string, from: number, to: number): Part {
  return { kind: 'text', from, to, inner: text.slice(from, to), word: '', block: null };
}

const broken = (text: string, from: number): Part => ({ ...textPart(text, from, text.length), kind: 'broken' });

/** Liquid and Jinja. */
function bracesOf(language: 'liquid' | 'jinja') {
  const openers = language === 'jinja' ? /\{[{%#]|\[\[ *[\p{L}_][\p{L}\p{N}_ .-]*?\]\]/gu : /\{[{%]/g;
  const opens = language === 'jinja' ? JINJA_OPEN : LIQUID_OPEN;
  return (text: string, at: number): Part | null => {
    openers.lastIndex = at;
    const found = openers.exec(text);
    if (found === null) return null;
    const from = found.index;
    const sign = found[0];
    if (sign.startsWith('[['))
      return { ...textPart(text, from, from + sign.length), kind: 'value', inner: sign.slice(2, -2).trim() };
    const end = endOf(language, text, from + 2, sign === '{{' ? '}}' : sign === '{%' ? '%}' : '#}');
    if (end === -1) return broken(text, from);
    const inner = text
      .slice(from + 2, end - 2)
      .replace(/^[-+]|[-+]$/g, '')
      .trim();
    const part = (kind: Part['kind'], to = end): Part => ({ kind, from, to, inner, word: '', block: null });
    if (sign === '{{') return part('value');
    if (sign === '{#') return part('comment');
    const word = /^(?:#|[A-Za-z_]+)/.exec(inner)?.[0] ?? '';
    if (word === '#') return part('comment');
    if (VERBATIM.has(word) && !(language === 'jinja' && word !== 'raw')) {
      const close = new RegExp(`\\{%[-+]?\\s*end${word}\\s*[-+]?%\\}`, 'g');
      close.lastIndex = end;
      const closed = close.exec(text);
      return closed === null
        ? broken(text, from)
        : part(word === 'raw' ? 'verbatim' : 'comment', closed.index + closed[0].length);
    }
    const setBlock = language === 'jinja' && word === 'set' && !inner.includes('=');
    const block =
      word.startsWith('end') && word.length > 3
        ? ('close' as const)
        : opens.has(word) || setBlock
          ? ('open' as const)
          : MIDDLE.has(word)
            ? ('middle' as const)
            : null;
    return { ...part('tag'), word, block };
  };
}

/** Where a tag ends, after its closing sign; -1 when it doesn't. Jinja looks past quoted closing signs. */
function endOf(language: 'liquid' | 'jinja', text: string, from: number, close: string): number {
  if (language === 'liquid' || close === '#}') {
    const at = text.indexOf(close, from);
    return at === -1 ? -1 : at + close.length;
  }
  const next = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{([]|[})\]]|%\}/gs;
  next.lastIndex = from;
  let depth = 0;
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    if (depth === 0 && text.startsWith(close, found.index)) return found.index + close.length;
    if ('{(['.includes(found[0])) depth++;
    else if ('})]'.includes(found[0])) depth = Math.max(0, depth - 1);
  }
  return -1;
}

/** Mustache, by the delimiters in force. */
function mustacheOf() {
  let open = '{{';
  let close = '}}';
  return (text: string, at: number): Part | null => {
    const from = text.indexOf(open, at);
    if (from === -1) return null;
    const sign = /^[ \t]*([{&#^/>!=%]?)/.exec(text.slice(from + open.length, from + open.length + 40))!;
    const begin = from + open.length + sign[0].length;
    const word = sign[1]!;
    const closing = word === '{' ? `}${close}` : word === '=' ? `=${close}` : close;
    const end = text.indexOf(closing, begin);
    if (end === -1) return broken(text, from);
    const inner = text.slice(begin, end).trim();
    if (word === '=') {
      const [one, other] = inner.split(/\s+/);
      if (one && other) [open, close] = [one, other];
    }
    const kind = word === '!' ? 'comment' : word === '' || word === '{' || word === '&' ? 'value' : 'tag';
    const block = word === '#' || word === '^' ? 'open' : word === '/' ? 'close' : null;
    return { kind, from, to: end + closing.length, inner, word, block };
  };
}

const VTL = /\\+[$#]|##[^\n]*|#\*|#\[\[|\$!?\{?[A-Za-z_]|#\{?[A-Za-z@][\w]*\}?/g;
const DIRECTIVES = new Set(
  'set if elseif else end foreach macro define evaluate parse include stop break abort'.split(' '),
);

function velocity(text: string, at: number): Part | null {
  VTL.lastIndex = at;
  for (let found = VTL.exec(text); found !== null; found = VTL.exec(text)) {
    const from = found.index;
    const sign = found[0];
    const part = (kind: Part['kind'], to: number, more: Partial<Part> = {}): Part => ({
      kind,
      from,
      to,
      inner: text.slice(from, to),
      word: '',
      block: null,
      ...more,
    });
    if (sign.startsWith('\\')) return part('verbatim', endOfReference(text, from + sign.length - 1));
    if (sign.startsWith('##')) return part('comment', from + sign.length);
    if (sign === '#*' || sign === '#[[') {
      const close = sign === '#*' ? '*#' : ']]#';
      const end = text.indexOf(close, from + 2);
      if (end === -1) return broken(text, from);
      return part(sign === '#*' ? 'comment' : 'verbatim', end + close.length);
    }
    if (sign.startsWith('$')) {
      const to = endOfReference(text, from);
      if (to === -1) return broken(text, from);
      return part('value', to, { inner: text.slice(from, to).replace(/^\$!?/, '') });
    }
    const word = sign.replace(/[#{}@]/g, '');
    const to = from + sign.length;
    const args = /^[ \t]*\(/.test(text.slice(to, to + 20));
    if (!DIRECTIVES.has(word) && !args) continue;
    const closed =
      args && !['else', 'end', 'stop', 'break'].includes(word) ? balanced(text, text.indexOf('(', to)) : to;
    if (closed === -1) return broken(text, from);
    const block =
      word === 'end' ? 'close' : VTL_OPEN.has(word) ? 'open' : MIDDLE.has(word) ? ('middle' as const) : null;
    return part('tag', closed, { word, block });
  }
  return null;
}

/** After a reference that begins at a `$`: its name, properties, arguments and indexes; -1 when a bracket never closes. */
function endOfReference(text: string, from: number): number {
  const begin = /^\$!?(\{?)[A-Za-z_]\w*/.exec(text.slice(from, from + 300));
  if (begin === null) return from + 1;
  let at = from + begin[0].length;
  let callable = false;
  for (;;) {
    const step = /^\.[A-Za-z_]\w*/.exec(text.slice(at, at + 300));
    if (step !== null) at += step[0].length;
    else if (text[at] === '[' || (callable && text[at] === '(')) {
      const end = balanced(text, at);
      if (end === -1) return -1;
      at = end;
    } else break;
    callable = step !== null;
  }
  if (begin[1] === '') return at;
  const close = text.indexOf('}', at);
  return close === -1 ? -1 : close + 1;
}

/** After the bracket that closes the one at `from`, past quoted texts; -1 when none does. */
function balanced(text: string, from: number): number {
  const next = /"(?:[^"\\]|\\.|"")*"|'[^']*'|[([{]|[)\]}]/g;
  next.lastIndex = from;
  let depth = 0;
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    if ('([{'.includes(found[0])) depth++;
    else if (')]}'.includes(found[0])) depth--;
    if (depth === 0) return found.index + 1;
  }
  return -1;
}
