import { holdsPlaceholder } from '../../shared/placeholder.ts';
import type { WebhookDefinition } from '../../shared/webhook.ts';

type Language = WebhookDefinition['language'];

/** A template that gives the text as it stands; null when the language has no way to say it. */
export function literal(text: string, language: Language): string | null {
  if (!holdsPlaceholder(text, language)) return text;
  return WAYS[language](text);
}

const printed = (text: string, pattern: RegExp) => text.replace(pattern, (open) => `{{ '${open}' }}`);

const WAYS: Record<Language, (text: string) => string | null> = {
  liquid: (text) => printed(text, /\{[{%]/g),
  // Jinja drops one line break at the end. Brackets of a parameter that isn't declared stay as they are.
  jinja: (text) => printed(text, /\{[{%#]/g).replace(/\n$/, '\n\n'),
  // Another pair of delimiters, from the first brace to the last: so neither tag stands alone on its line.
  mustache: (text) => {
    const free = ['<% %>', '<? ?>', '(( ))', '[< >]', '|< >|'].find((pair) => !text.includes(pair.split(' ')[0]!));
    if (free === undefined) return null;
    const from = text.indexOf('{{');
    const to = text.lastIndexOf('{{') + 2;
    const [open, close] = free.split(' ');
    return `${text.slice(0, from)}{{=${free}=}}${text.slice(from, to)}${open}={{ }}=${close}${text.slice(to)}`;
  },
  // An unparsed block around each character that could begin something, with the backslashes before it.
  velocity: (text) => text.replace(/\\*[$#]+/g, (begin) => `#[[${begin}]]#`),
};
