/** Tags whose inside is no template: raw, comment, doc, and lines of #. */
import { literalPiece } from '../../core/index.ts';
import { Fault } from '../fault.ts';
import type { Node, Parser, ParseTag } from '../parser.ts';
import { isBlank } from '../patterns.ts';
import { closes, readTag, type TagToken, trimsAfter } from '../tokens.ts';

const NOTHING: Node = { blank: true, execute: () => 'next' };

function neverClosed({ name, at }: Pick<TagToken, 'name' | 'at'>): Fault {
  return new Fault(`The tag ${name} is never closed.`, at, `Add {% end${name} %}.`);
}

/** The text up to the tag's end. */
function verbatim(tag: TagToken, parser: Parser): string {
  if (!isBlank(tag.markup)) throw new Fault(`The tag ${tag.name} takes nothing behind its name.`, tag.start);
  const parts: string[] = [];
  for (let token = parser.tokens.shift(); token !== null; token = parser.tokens.shift()) {
    const closing = closes(token, `end${tag.name}`);
    if (closing !== null) {
      parser.trim = trimsAfter(token.text);
      parts.push(closing.before);
      return parts.join('');
    }
    if (tag.name === 'doc' && closes(token, 'doc') !== null) throw new Fault('A doc stands within a doc.', token.at);
    parts.push(token.text);
  }
  throw neverClosed(tag);
}

/** `{% raw %}…{% endraw %}`: put out as it stands. */
export const parseRaw: ParseTag = (tag, parser) => {
  const text = verbatim(tag, parser);
  const piece = literalPiece(text, () => parser.source.place(tag.at));
  return {
    blank: text === '',
    execute: (_run, out) => {
      out.literal(piece);
      return 'next';
    },
  };
};

/** `{% doc %}…{% enddoc %}`: about the template. */
export const parseDoc: ParseTag = (tag, parser) => {
  const text = verbatim(tag, parser);
  return { ...NOTHING, blank: text === '' };
};

/** `{% comment %}…{% endcomment %}`: comments and raw within it are closed, all else may be anything. */
export const parseComment: ParseTag = (tag, parser) => {
  let depth = 1;
  let raw = false;
  for (let token = parser.tokens.shift(); token !== null; token = parser.tokens.shift()) {
    if (raw) {
      raw = closes(token, 'endraw') === null;
      continue;
    }
    const name = token.kind === 'tag' || token.kind === 'line' ? readTag(token)?.name : undefined;
    if (name === 'raw') raw = true;
    else if (name === 'comment') depth++;
    else if (name === 'endcomment' && --depth === 0) {
      if (!parser.lines) parser.trim = trimsAfter(token.text);
      return NOTHING;
    }
  }
  throw neverClosed(raw ? { name: 'raw', at: tag.at } : tag);
};

/** `{% # … %}`: each of its lines begins with #. */
export const parseInlineComment: ParseTag = ({ markup, at }) => {
  const stray = markup
    .split('\n')
    .slice(1)
    .some((line) => !isBlank(line) && !/^[ \t\v\f\r]*#/.test(line));
  if (stray) throw new Fault('Each line of a comment begins with #.', at);
  return NOTHING;
};
