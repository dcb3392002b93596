/** Bodies that aren't what their format says are never sent: here it is found out, with the place and a hint. */
import type { WebhookDefinition } from '../../../shared/webhook.ts';
import { jsonErrorAt } from './escaping/json-error.ts';
import { xmlError } from './escaping/xml-error.ts';
import { type Rendered, RequestError } from './refusal.ts';

/**
 * Throws RequestError when the text is no JSON, or no XML, and its format says that it is. `part`: it is to stand within
 * such a body, so that of XML it need not be a whole document.
 */
export function checkBody(text: string, format: WebhookDefinition['format'], rendered: Rendered, part = false): void {
  if (format === 'json') checkJson(text, rendered);
  else if (format === 'xml') checkXml(text, rendered, part);
}

/** The error of a text at an offset, placed at the part of the template that made it. */
function broken(kind: 'JSON' | 'XML', text: string, offset: number, says: string, { pieces, parts }: Rendered) {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  let end = 0;
  const index = parts.findIndex((part) => {
    end += part.length;
    return end > offset;
  });
  const piece = pieces[index === -1 ? pieces.length - 1 : index];
  const place = piece?.place?.() ?? { field: 'body', line, column };
  const near = JSON.stringify(text.slice(Math.max(0, offset - 30), offset + 30));
  const message = `The rendered body is not ${kind} near ${near}${says}`;
  return new RequestError(`invalid_${kind.toLowerCase()}`, message, place);
}

function checkJson(text: string, rendered: Rendered): void {
  try {
    JSON.parse(text);
  } catch {
    const offset = jsonErrorAt(text);
    const comma = /,\s*$/.test(text.slice(0, offset));
    const hint = comma ? '. Is there a comma too many?' : '. Is a quote, comma or bracket missing?';
    throw broken('JSON', text, offset, hint, rendered);
  }
}

/** Characters that XML 1.0 can't hold, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

function checkXml(text: string, rendered: Rendered, part: boolean): void {
  const stray = text.search(NOT_XML);
  if (stray !== -1) {
    const code = text.charCodeAt(stray).toString(16).toUpperCase().padStart(4, '0');
    throw broken('XML', text, stray, `: XML can't hold the character U+${code}. Remove it from the value.`, rendered);
  }
  const found = xmlError(text, part);
  if (found === null) return;
  throw broken('XML', text, found.offset, `: ${found.message}.${xmlHint(found.message)}`, rendered);
}

function xmlHint(message: string): string {
  if (/entity/.test(message)) return ' Write & as &amp;, or the character itself.';
  if (/tag|root/.test(message)) return ' Is a tag not closed, or closed twice, or a < not written as &lt;?';
  if (/attribute|whitespace/.test(message)) return ' Attributes are written name="value", each once.';
  return '';
}
