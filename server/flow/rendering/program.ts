import { CONTENT_TYPES } from '../../../shared/content-type.ts';
import { holdsPlaceholder } from '../../../shared/placeholder.ts';
import type { WebhookDefinition } from '../../../shared/webhook.ts';
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
  /** Of a batch: the part of one profile, and what its entry in the answer is found by. */
  customer: Field | null;
  key: Field | null;
}

/** Parses fields of a definition; throws TemplateError. */
function parserOf({ language, snippets }: WebhookDefinition): (name: string, text: string) => Field {
  const spoken = LANGUAGES[language](snippets);
  return (name, text) => ({
    name,
    text,
    template: holdsPlaceholder(text, language) ? spoken.parse(text, name) : null,
  });
}

/** The part of a URL template that must hold no placeholder, or what is wrong with it. */
function originOf({ language, url }: WebhookDefinition): { origin: string } | { message: string } {
  const fixed = /^https?:\/\/[^/?#\\\s]+/i.exec(url)?.[0];
  if (fixed === undefined) {
    return { message: 'The URL must begin with https:// or http:// and a host, without a placeholder.' };
  }
  if (holdsPlaceholder(fixed, language)) {
    return { message: 'Scheme, host and port of the URL must not hold placeholders; put them after the first slash.' };
  }
  if (!URL.canParse(fixed)) return { message: `${fixed} is not the beginning of a URL.` };
  const parsed = new URL(fixed);
  if (parsed.username !== '' || parsed.password !== '') {
    return { message: 'The URL must not hold a user name or password; make a credential of them.' };
  }
  return { origin: parsed.origin };
}

const KEY_FIELD = 'batch.results.match.key';

function keyOf({ batch }: WebhookDefinition): string | null {
  const match = batch?.results?.match;
  return match === undefined || match === 'position' ? null : match.key;
}

/** Parses all templates of a definition. Throws TemplateError at the first problem. */
export function prepare(definition: WebhookDefinition): Program {
  const parse = parserOf(definition);
  const origin = originOf(definition);
  if ('message' in origin) {
    throw new TemplateError('template_error', origin.message, { field: 'url', line: 1, column: 1 });
  }
  const named = definition.headers.some(({ name }) => name.toLowerCase() === 'content-type');
  return {
    definition,
    url: parse('url', definition.url),
    origin: origin.origin,
    query: definition.query.map(({ name, value }, i) => ({
      name: parse(`query.${i}.name`, name),
      value: parse(`query.${i}.value`, value),
    })),
    headers: definition.headers.flatMap(({ name, value, secret }, i) =>
      secret ? [] : [{ name, value: parse(`headers.${i}.value`, value) }],
    ),
    body: parse('body', definition.body),
    contentType: named ? null : CONTENT_TYPES[definition.format],
    customer: definition.batch ? parse('batch.customer', definition.batch.customer) : null,
    key: keyOf(definition) === null ? null : parse(KEY_FIELD, keyOf(definition)!),
  };
}

/** Everything that is wrong with the templates of a definition: at most one problem a field, and its warnings. */
export function problems(definition: WebhookDefinition): Problem[] {
  const found: Problem[] = [];
  const parse = parserOf(definition);
  const attempt = (field: string, text: string) => {
    try {
      for (const { place, message } of parse(field, text).template?.warnings ?? []) {
        found.push({ ...(place ?? { field, line: 1, column: 1 }), message, warning: true });
      }
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const place: Place = error.place ?? { field, line: 1, column: 1 };
      found.push({ ...place, message: error.message });
    }
  };
  const origin = originOf(definition);
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
  if (definition.batch) attempt('batch.customer', definition.batch.customer);
  const key = keyOf(definition);
  if (key !== null) attempt(KEY_FIELD, key);
  for (const [name, text] of Object.entries(definition.snippets)) attempt(`snippets.${name}`, text);
  return found;
}
