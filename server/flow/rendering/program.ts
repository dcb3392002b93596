import { CONTENT_TYPES, type WebhookDefinition } from '../../../shared/webhook.ts';
import type { Problem } from './job.ts';
import { type Language, type Place, type Template, TemplateError } from './language.ts';
import { createJinja } from './languages/jinja/index.ts';
import { createLiquid } from './languages/liquid/index.ts';
import { createMustache } from './languages/mustache/index.ts';
import { createVelocity } from './languages/velocity/index.ts';

/** The languages, by name. */
const LANGUAGES: Record<WebhookDefinition['language'], (snippets: Record<string, string>) => Language> = {
  liquid: createLiquid,
  jinja: createJinja,
  mustache: createMustache,
  velocity: createVelocity,
};

/** One template of a definition; a text without placeholders needs no run. */
export interface Field {
  name: string;
  text: string;
  template: Template | null;
}

/** A definition whose templates are parsed. */
export interface Program {
  definition: WebhookDefinition;
  url: Field;
  origin: string;
  query: { name: Field; value: Field }[];
  headers: { name: string; value: Field }[];
  body: Field;
  contentType: string | null;
}

function parse(language: Language, name: string, text: string): Field {
  const template = language.holdsPlaceholder(text) ? language.parse(text, name) : null;
  return { name, text, template };
}

/** The part of a URL template that must hold no placeholder, or what is wrong with it. */
function originOf(language: Language, url: string): { origin: string } | { message: string } {
  const fixed = /^https?:\/\/[^/?#\\\s]+/i.exec(url)?.[0];
  if (fixed === undefined) {
    return { message: 'The URL must begin with https:// or http:// and a host, without a placeholder.' };
  }
  if (language.holdsPlaceholder(fixed)) {
    return { message: 'Scheme, host and port of the URL must not hold placeholders; put them after the first slash.' };
  }
  if (!URL.canParse(fixed)) return { message: `${fixed} is not the beginning of a URL.` };
  const parsed = new URL(fixed);
  if (parsed.username !== '' || parsed.password !== '') {
    return { message: 'The URL must not hold a user name or password; make a credential of them.' };
  }
  return { origin: parsed.origin };
}

/** Parses all templates of a definition. Throws TemplateError at the first problem. */
export function prepare(definition: WebhookDefinition): Program {
  const language = LANGUAGES[definition.language](definition.snippets);
  const origin = originOf(language, definition.url);
  if ('message' in origin) {
    throw new TemplateError('template_error', origin.message, { field: 'url', line: 1, column: 1 });
  }
  const named = definition.headers.some(({ name }) => name.toLowerCase() === 'content-type');
  return {
    definition,
    url: parse(language, 'url', definition.url),
    origin: origin.origin,
    query: definition.query.map(({ name, value }, i) => ({
      name: parse(language, `query.${i}.name`, name),
      value: parse(language, `query.${i}.value`, value),
    })),
    headers: definition.headers.flatMap(({ name, value, secret }, i) =>
      secret ? [] : [{ name, value: parse(language, `headers.${i}.value`, value) }],
    ),
    body: parse(language, 'body', definition.body),
    contentType: named ? null : CONTENT_TYPES[definition.format],
  };
}

/** Everything that is wrong with the templates of a definition: at most one problem a field, and its warnings. */
export function problems(definition: WebhookDefinition): Problem[] {
  const found: Problem[] = [];
  const language = LANGUAGES[definition.language](definition.snippets);
  const attempt = (field: string, text: string) => {
    try {
      for (const { place, message } of parse(language, field, text).template?.warnings ?? []) {
        found.push({ ...(place ?? { field, line: 1, column: 1 }), message, warning: true });
      }
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const place: Place = error.place ?? { field, line: 1, column: 1 };
      found.push({ ...place, message: error.message });
    }
  };
  const origin = originOf(language, definition.url);
  if ('message' in origin) found.push({ field: 'url', line: 1, column: 1, message: origin.message });
  else attempt('url', definition.url);
  definition.query.forEach(({ name, value }, i) => {
    attempt(`query.${i}.name`, name);
    attempt(`query.${i}.value`, value);
  });
  definition.headers.forEach(({ value, secret }, i) => {
    if (!secret) attempt(`headers.${i}.value`, value);
  });
  attempt('body', definition.body);
  for (const [name, text] of Object.entries(definition.snippets)) attempt(`snippets.${name}`, text);
  return found;
}
