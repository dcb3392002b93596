import { LanguageSupport, StreamLanguage } from '@codemirror/language';

/** What a template is written in. */
export type TemplateLanguage = 'liquid' | 'jinja' | 'mustache' | 'velocity';

/** What a template's text is around its placeholders. */
export type Format = 'json' | 'form' | 'xml' | 'text';

// Tokens alone, no tree: the text between placeholders is pieces of JSON, which no parser of whole documents takes.
const json = StreamLanguage.define<{ inText: boolean }>({
  name: 'json',
  startState: () => ({ inText: false }),
  token(stream, state) {
    if (state.inText || stream.peek() === '"') {
      if (!state.inText) stream.next();
      state.inText = true;
      while (!stream.eol()) {
        const read = stream.next();
        if (read === '\\') stream.next();
        else if (read === '"') {
          state.inText = false;
          break;
        }
      }
      return stream.match(/^\s*:/, false) ? 'propertyName' : 'string';
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^-?\d+(\.\d+)?([eE][+-]?\d+)?/)) return 'number';
    if (stream.match(/^(true|false)\b/)) return 'bool';
    if (stream.match(/^null\b/)) return 'null';
    stream.next();
    return null;
  },
});
const plain = StreamLanguage.define<null>({
  name: 'text',
  token(stream) {
    stream.skipToEnd();
    return null;
  },
});

/** The language around the placeholders of a body; undefined for markup, which is Liquid's own. */
export const baseOf = (format: Format): LanguageSupport | undefined =>
  format === 'xml' ? undefined : new LanguageSupport(format === 'json' ? json : plain);
