import { StreamLanguage, type StringStream } from '@codemirror/language';
import { tags } from '@lezer/highlight';
import type { Format, TemplateLanguage } from './languages.ts';

/** Where the colouring stands: within a placeholder or tag, or in the text around them. */
interface State {
  within: 'value' | 'tag' | 'comment' | 'arguments' | null;
  /** What ends it. */
  close: string;
  /** The tag's first word, or a filter's name, is to come. */
  naming: boolean;
  depth: number;
  /** In a JSON string, and whether it is a member's name. */
  inText: boolean;
  isName: boolean;
  /** In a tag or comment of XML; a form's value. */
  markup: '' | 'tag' | 'comment' | 'value';
  delimiters: [string, string];
}

const KEYWORDS =
  /^(?:and|or|not|in|is|if|else|contains|true|false|nil|null|none|None|True|False|empty|blank|as|with|by|separated|from)$/;

/**
 * A language of templates over a format, token by token, without a tree: the text between placeholders is pieces of
 * JSON or XML, which no parser of whole documents takes.
 */
export function templateLanguage(language: TemplateLanguage, format: Format): StreamLanguage<State> {
  const open = language === 'velocity' ? openVelocity : language === 'mustache' ? openMustache : openBraces(language);
  return StreamLanguage.define<State>({
    name: `${language} in ${format}`,
    startState: () => ({
      within: null,
      close: '',
      naming: false,
      depth: 0,
      inText: false,
      isName: false,
      markup: '',
      delimiters: ['{{', '}}'],
    }),
    copyState: (state) => ({ ...state }),
    tokenTable: { sign: tags.processingInstruction },
    languageData: { closeBrackets: { brackets: ['(', '[', '{', '"'], before: ')]}:;>"<,' } },
    token(stream, state) {
      if (state.within !== null) return within(stream, state, language);
      const sign = open(stream, state);
      if (sign !== undefined) return sign;
      return AROUND[format](stream, state, () => opens(stream, state, language));
    },
  });
}

/** Whether a placeholder may begin here: the text around stops, and is asked again after it. */
function opens(stream: StringStream, state: State, language: TemplateLanguage): boolean {
  const char = stream.peek();
  if (language === 'velocity') return char === '$' || char === '#' || char === '\\';
  if (language === 'mustache') return char === state.delimiters[0][0] && ahead(stream, state.delimiters[0]);
  return (
    ahead(stream, '{{') || ahead(stream, '{%') || (language === 'jinja' && (ahead(stream, '{#') || ahead(stream, '[[')))
  );
}
const ahead = (stream: StringStream, text: string) => stream.string.startsWith(text, stream.pos);

/** Liquid and Jinja: the sign that begins a value, tag, comment or parameter. */
const openBraces = (language: TemplateLanguage) => (stream: StringStream, state: State) => {
  if (language === 'jinja' && stream.match(/^\[\[ *[\p{L}_][\p{L}\p{N}_ .-]*?\]\]/u)) return 'variableName';
  const found = stream.match(/^\{([{%#])[-+]?/) as RegExpMatchArray | null;
  if (found === null) return undefined;
  const sign = found[1]!;
  if (sign === '#' && language === 'liquid') return null;
  const block = sign === '%' && language === 'liquid' && /^\s*(?:comment|doc)\b/.test(rest(stream));
  const comment = block || sign === '#' || /^\s*#/.test(rest(stream));
  Object.assign(state, {
    within: comment ? 'comment' : sign === '{' ? 'value' : 'tag',
    close: block ? COMMENT_END : sign === '{' ? '}}' : sign === '%' ? '%}' : '#}',
    naming: sign === '%',
  });
  return comment ? 'comment' : 'sign';
};

function openMustache(stream: StringStream, state: State) {
  const [open, close] = state.delimiters;
  if (!ahead(stream, open)) return undefined;
  stream.pos += open.length;
  const [, sign = ''] = stream.match(/^[ \t]*([{&#^/>!=%]?)/) as RegExpMatchArray;
  const closing = sign === '{' ? `}${close}` : close;
  const within = sign === '!' ? 'comment' : sign === '' || sign === '{' || sign === '&' ? 'value' : 'tag';
  Object.assign(state, { within, close: closing, naming: sign === '%' });
  const changed = sign === '=' ? /^\s*(\S+)\s+(\S+?)\s*=/.exec(stream.string.slice(stream.pos)) : null;
  if (changed) state.delimiters = [changed[1]!, changed[2]!];
  return within === 'comment' ? 'comment' : 'sign';
}

function openVelocity(stream: StringStream, state: State) {
  if (stream.match(/^\\+[$#]/)) return 'escape';
  if (stream.match(/^##.*/)) return 'comment';
  if (stream.match('#*')) {
    Object.assign(state, { within: 'comment', close: '*#' });
    return 'comment';
  }
  if (stream.match(/^#\{?(?:set|if|elseif|foreach|macro|define|evaluate|abort|parse|include)\b\}?/)) {
    if (stream.match(/^\s*(?=\()/)) Object.assign(state, { within: 'arguments', depth: 0 });
    return 'keyword';
  }
  if (stream.match(/^#(?:\{(?:else|end|stop|break)\}|(?:else|end|stop|break)(?!\w))/)) return 'keyword';
  return stream.match(/^\$!?\{?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/) ? reference(stream, state) : undefined;
}

function reference(stream: StringStream, state: State) {
  if (state.within === null && (stream.peek() === '(' || (stream.peek() === '[' && /^\[[\w"'$]/.test(rest(stream)))))
    Object.assign(state, { within: 'arguments', depth: 0 });
  else stream.match('}');
  return 'variableName';
}
const rest = (stream: StringStream) => stream.string.slice(stream.pos);

/** What ends `{% comment %}` and `{% doc %}`: a tag of their own. */
const COMMENT_END = 'end';
function endOfComment(stream: StringStream): number {
  const found = /\{%-?\s*end(?:comment|doc)\s*-?%\}/.exec(rest(stream));
  return found === null ? -1 : stream.pos + found.index + found[0].length;
}

function within(stream: StringStream, state: State, language: TemplateLanguage): string | null {
  if (state.within === 'comment') {
    const end = state.close === COMMENT_END ? endOfComment(stream) : stream.string.indexOf(state.close, stream.pos);
    if (end === -1) stream.skipToEnd();
    else {
      stream.pos = state.close === COMMENT_END ? end : end + state.close.length;
      state.within = null;
    }
    return 'comment';
  }
  if (stream.eatSpace()) return null;
  if (state.within === 'arguments') return argumentsToken(stream, state);
  if (
    ahead(stream, state.close) ||
    (/^[-+]/.test(stream.peek() ?? '') && stream.string.startsWith(state.close, stream.pos + 1))
  ) {
    stream.pos += (ahead(stream, state.close) ? 0 : 1) + state.close.length;
    state.within = null;
    return 'sign';
  }
  if (language === 'mustache') {
    stream.match(/^[^\s}]+/) || stream.next();
    const word = state.naming;
    state.naming = false;
    return word ? 'keyword' : 'variableName';
  }
  return words(stream, state);
}

/** A token of an expression of Liquid or Jinja. */
function words(stream: StringStream, state: State): string | null {
  const common = constant(stream);
  if (common !== null) return common;
  const found = stream.match(/^[\p{L}_][\p{L}\p{N}_-]*\??/u) as RegExpMatchArray | null;
  if (found === null) {
    state.naming = stream.next() === '|';
    return 'operator';
  }
  const named = state.naming;
  state.naming = false;
  return named || KEYWORDS.test(found[0]) ? 'keyword' : 'variableName';
}

function argumentsToken(stream: StringStream, state: State): string | null {
  const char = stream.peek()!;
  if (stream.match(/^\$!?\{?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/)) return 'variableName';
  if (stream.match(/^(?:in|true|false|null|and|or|not|eq|ne|gt|lt|ge|le)\b/)) return 'keyword';
  const common = constant(stream);
  if (common !== null) return common;
  stream.next();
  if ('([{'.includes(char)) state.depth++;
  if (')]}'.includes(char)) state.depth--;
  if (state.depth > 0) return 'operator';
  // `$list.get(0).name` goes on after its brackets.
  if (stream.match(/^(?:\.[A-Za-z_]\w*)+/)) {
    if (stream.peek() !== '(' && stream.peek() !== '[') state.within = null;
    return 'variableName';
  }
  if (stream.peek() !== '[' && stream.peek() !== '(') state.within = null;
  stream.match('}');
  return 'operator';
}

function constant(stream: StringStream): string | null {
  if (stream.match(/^(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)/)) return 'string';
  return stream.match(/^\d+(?:\.\d+)?/) ? 'number' : null;
}

type Around = (stream: StringStream, state: State, opens: () => boolean) => string | null;

/** The text around placeholders, by format; each reads at least one character. */
const AROUND: Record<Format, Around> = {
  text(stream, _state, opens) {
    do stream.next();
    while (!stream.eol() && !opens());
    return null;
  },
  form(stream, state, opens) {
    if (stream.match('&')) {
      state.markup = '';
      return 'operator';
    }
    if (state.markup === '' && stream.match('=')) {
      state.markup = 'value';
      return 'operator';
    }
    do stream.next();
    while (!stream.eol() && !/[&=]/.test(stream.peek()!) && !opens());
    return state.markup === '' ? 'propertyName' : 'string';
  },
  json(stream, state, opens) {
    if (state.inText || stream.peek() === '"') {
      if (!state.inText) {
        stream.next();
        state.inText = true;
        state.isName = /^(?:[^"\\{]|\\.|\{\{.*?\}\}|\{%.*?%\}|\{)*"\s*:/.test(rest(stream));
      }
      while (!stream.eol() && !opens()) {
        const read = stream.next();
        if (read === '\\') stream.next();
        else if (read === '"') {
          state.inText = false;
          break;
        }
      }
      // What was asked about and is no placeholder is text like any other.
      if (stream.current() === '') stream.next();
      return state.isName ? 'propertyName' : 'string';
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^-?\d+(\.\d+)?([eE][+-]?\d+)?/)) return 'number';
    if (stream.match(/^(true|false)\b/)) return 'bool';
    if (stream.match(/^null\b/)) return 'null';
    stream.next();
    return null;
  },
  xml(stream, state, opens) {
    if (state.markup === 'comment') {
      if (stream.match(/^.*?-->/)) state.markup = '';
      else stream.skipToEnd();
      return 'comment';
    }
    if (state.markup === 'tag') {
      if (stream.eatSpace()) return null;
      if (stream.match(/^[/?]?>/)) {
        state.markup = '';
        return 'bracket';
      }
      if (stream.match(/^[^\s=/>"'{$]+/)) return 'propertyName';
      if (stream.match(/^["'][^"'{$]*["']?/)) return 'string';
      stream.next();
      return 'string';
    }
    if (stream.match('<!--')) {
      state.markup = 'comment';
      return 'comment';
    }
    if (stream.match(/^<[/?!]?[\w:.-]*/)) {
      state.markup = 'tag';
      return 'tagName';
    }
    do stream.next();
    while (!stream.eol() && stream.peek() !== '<' && !opens());
    return null;
  },
};
