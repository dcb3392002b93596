/** A program and a context → the request's exact bytes. */
import { messageOf, trouble } from '../../platform/errors.ts';
import { checkBody } from './body.ts';
import { scopeOf } from './context.ts';
import { type Target, texts } from './escaping/index.ts';
import type { RenderFailure, RenderResult } from './job.ts';
import { Abort, type Place, type RunOptions, type Scope, TemplateError } from './language.ts';
import { percent } from './languages/core/index.ts';
import type { Field, Program } from './program.ts';
import { type Rendered, RequestError } from './refusal.ts';

/** Most bytes of a body, and characters of a URL. */
const MAX_BODY = 1_048_576;
const MAX_URL = 16_384;

/** Renders one webhook version for one context. Never throws: what goes wrong is a result. */
export function renderRequest(program: Program, context: string): RenderResult {
  try {
    return { ok: true, request: build(program, context) };
  } catch (error) {
    return failureOf(error);
  }
}

/** What is told of an error in rendering. */
export function failureOf(error: unknown): RenderFailure {
  if (error instanceof Abort) {
    const message = `The template ended this delivery: ${error.message}`;
    return { ok: false, skipped: true, trouble: trouble('permanent', 'abort', message), ...at(error.place) };
  }
  if (error instanceof TemplateError) {
    const message = `The template failed: ${error.message}`;
    return { ok: false, trouble: trouble('permanent', error.code, message), ...at(error.place) };
  }
  if (error instanceof RequestError) {
    return { ok: false, trouble: trouble('permanent', error.code, error.message), ...at(error.place) };
  }
  const message = `Rendering failed for a reason that is not the template's: ${messageOf(error)}`;
  return { ok: false, trouble: trouble('permanent', 'render_failed', message) };
}

function at(place: Place | null): { place?: Place } {
  return place === null ? {} : { place };
}

function build(program: Program, context: string) {
  const { definition } = program;
  const render = rendering(program, context);

  const url = buildUrl(program, render);
  const headers = program.headers.map(({ name, value }): [string, string] => [
    name,
    headerValue(render(value, 'plain')),
  ]);
  let body: Uint8Array | null = null;
  if (definition.method !== 'GET') {
    const rendered = render(program.body, bodyTarget(program));
    const text = rendered.text.toWellFormed();
    if (text.trim() !== '') {
      checkBody(text, definition.format, rendered);
      body = Buffer.from(text, 'utf8');
      if (body.length > MAX_BODY) {
        throw new RequestError(
          'body_too_long',
          `The body has ${body.length} bytes; at most ${MAX_BODY} are sent.`,
          null,
        );
      }
      if (program.contentType !== null) headers.push(['content-type', program.contentType]);
    }
  }
  return { method: definition.method, url, headers, body };
}

/** Renders fields over one context, escaped as the definition says for where each stands. */
export function rendering(program: Program, context: string): (field: Field, target: Target) => Rendered {
  const { scope, now } = scopeOf(context, program.definition.parameters);
  const automatic = program.definition.escaping === 'automatic';
  return (field, target) => {
    const options = { now, automatic, fragments: automatic && target === 'json' };
    return run(field, automatic ? target : 'plain', scope, options);
  };
}

/** Where the body stands, for escaping. */
export function bodyTarget({ definition: { format } }: Program): Target {
  return format === 'text' ? 'plain' : format;
}

function run(field: Field, target: Target, scope: Scope, options: RunOptions): Rendered {
  if (field.template === null) return { text: field.text, pieces: [], parts: [field.text] };
  const pieces = field.template.run(scope, options);
  const parts = texts(pieces, target);
  return { text: parts.join(''), pieces, parts };
}

function buildUrl(program: Program, render: (field: Field, target: Target) => Rendered): string {
  const rendered = render(program.url, 'url');
  const refuse = (code: string, message: string) =>
    new RequestError(code, message, { field: 'url', line: 1, column: 1 });
  const text = rendered.text.trim();
  const pathOnly = text.split(/[?#]/, 1)[0]!;
  // A value of ".." would lead to another resource than the template names. Fails closed.
  if (program.url.template !== null && /\/(?:\.|%2e){1,2}(?:\/|$)/i.test(pathOnly)) {
    throw refuse('invalid_url', 'The rendered URL holds a path segment of dots, which would lead elsewhere.');
  }
  if (!URL.canParse(text)) throw refuse('invalid_url', `The rendered URL is not a URL: ${text.slice(0, 200)}`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw refuse('invalid_url', 'The URL must not hold a user name or password; make a credential of them.');
  }
  if (url.origin !== program.origin) {
    throw refuse('invalid_url', `Rendering changed where the URL leads, from ${program.origin} to ${url.origin}.`);
  }
  url.hash = '';
  let href = url.href.replace(/#$/, '');
  let separator = url.search === '' ? (href.endsWith('?') ? '' : '?') : '&';
  for (const { name, value } of program.query) {
    href += `${separator}${percent(render(name, 'plain').text.toWellFormed())}=`;
    href += percent(render(value, 'plain').text.toWellFormed());
    separator = '&';
  }
  if (href.length > MAX_URL)
    throw refuse('invalid_url', `The URL has ${href.length} characters; the most is ${MAX_URL}.`);
  return href;
}

/** A header's value as bytes: UTF-8 beyond ASCII. Line breaks and NUL are refused: they would end the header. */
function headerValue({ text, pieces, parts }: Rendered): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const bad = /[\0-\x08\x0a-\x1f\x7f]/;
  if (bad.test(text)) {
    const place = pieces[parts.findIndex((part) => bad.test(part))]?.place?.() ?? null;
    const message = 'A header value must not hold a line break or another control character; the data here does.';
    throw new RequestError('invalid_header', message, place);
  }
  const value = text.trim();
  return /^[\t -~]*$/.test(value) ? value : Buffer.from(value.toWellFormed(), 'utf8').toString('latin1');
}
