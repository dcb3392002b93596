import { SaxesParser } from 'saxes';

/** What keeps a text from being XML: the offset where it shows, and what it is. */
export interface XmlError {
  offset: number;
  message: string;
}

/**
 * Why a text is no well-formed XML document, or no `part` of one; null when it is. Entities are never expanded: those that a document
 * declares itself count as unknown. Fails closed: what the parser doesn't understand is no XML.
 */
export function xmlError(text: string, part = false): XmlError | null {
  const parser = new SaxesParser({ position: true, fragment: part });
  try {
    parser.write(text).close();
    return null;
  } catch (error) {
    const message = (error as Error).message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    return placed({ offset: Math.max(0, Math.min(parser.position, text.length) - 1), message }, text);
  }
}

/** The parser tells of a stray & only at the next semicolon, or at the end. */
function placed(error: XmlError, text: string): XmlError {
  if (error.message.includes('entity')) return { ...error, offset: text.lastIndexOf('&', error.offset) };
  const rest = text.lastIndexOf(';') + 1;
  const sign = text.indexOf('&', rest);
  if (sign === -1 || text.includes('<!', rest)) return error;
  return { offset: sign, message: 'an & that begins no entity' };
}
