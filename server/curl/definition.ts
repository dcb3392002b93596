import { CONTENT_TYPES } from '../../shared/content-type.ts';
import { holdsPlaceholder } from '../../shared/placeholder.ts';
import { isSecretHeader, secretsInQuery } from '../../shared/secret-names.ts';
import { httpMethod, type WebhookDefinition, webhookDefinition } from '../../shared/webhook.ts';
import { isReserved } from '../connections/index.ts';
import { type Command, readCommand } from './command.ts';
import { literal } from './literal.ts';
import { CurlError, splitCommand } from './shell.ts';

/** How a command is read. */
export interface CurlOptions {
  language: WebhookDefinition['language'];
  /** What reads as a placeholder: is sent as it stands (`text`), or is one (`keep`). */
  placeholders: 'text' | 'keep';
}

/** A definition made of a command: secret headers hold their values. `notes`: what was left out or understood how. */
export interface CurlReading {
  definition: WebhookDefinition;
  notes: string[];
}

/** Longest command that is read, in characters. */
export const MAX_COMMAND = 400_000;
const OURS: Record<string, string> = {
  'accept-encoding': 'answers are unpacked by themselves',
  ':authority': 'it stands in the URL',
  ':method': 'it is the method',
  ':path': 'it stands in the URL',
  ':scheme': 'it stands in the URL',
};

/** Reads a cURL command into a definition. Throws CurlError with what can't be carried over and what to do. */
export function readCurl(text: string, options: CurlOptions): CurlReading {
  if (text.length > MAX_COMMAND) throw new CurlError(`The command is longer than ${MAX_COMMAND} characters.`);
  const { words, notes: shell } = splitCommand(text.trim());
  const command = readCommand(words);
  const notes = [...shell, ...command.notes];
  const method = httpMethod.safeParse(command.method.toUpperCase());
  if (!method.success)
    throw new CurlError(
      `No webhook sends with ${command.method.slice(0, 20)}; there are ${httpMethod.options.join(', ')}.`,
    );
  const { url, user } = urlOf(command, notes);
  const { headers, contentType } = headersOf(command, user ?? command.user, notes);
  const body = command.body ?? '';
  if (method.data === 'GET' && body.trim() !== '')
    throw new CurlError('The command sends data with GET. Write -G to put it into the URL, or send it with POST.');
  const format = formatOf(contentType, body, notes);
  const named = contentType !== null && contentType.toLowerCase() !== CONTENT_TYPES[format];
  const kept = headers.filter((one) => one.name.toLowerCase() !== 'content-type' || (named && body !== ''));
  const texts = placeholders(options, notes);
  const parsed = webhookDefinition.safeParse({
    language: options.language,
    method: method.data,
    url: texts('the URL', url),
    headers: kept.map((one) => (one.secret ? one : { ...one, value: texts(`the header ${one.name}`, one.value) })),
    format,
    body: texts('the body', body),
    ...(command.timeoutMs !== null && { timeout_ms: Math.min(60_000, Math.max(100, command.timeoutMs)) }),
  });
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const [part, at] = path;
    const name = part === 'headers' ? `The header ${JSON.stringify(kept[Number(at)]?.name)}` : `Its ${String(part)}`;
    throw new CurlError(`${name} can't be carried over: ${message}.`);
  }
  const secret = kept.filter((one) => one.secret).map((one) => one.name);
  if (secret.length > 0)
    notes.push(`${secret.join(', ')}: kept as secret, sent with the request and shown to nobody, templates included.`);
  return { definition: parsed.data, notes: [...new Set(notes)] };
}

/** Texts as the language must have them, to be sent as they stand in the command or to be filled in. */
function placeholders({ language, placeholders }: CurlOptions, notes: string[]) {
  return (what: string, text: string): string => {
    if (!holdsPlaceholder(text, language)) return text;
    if (placeholders === 'keep') {
      notes.push(`In ${what} there are placeholders of ${language}; they are filled in when it is sent.`);
      return text;
    }
    const made = literal(text, language);
    if (made === text) return text;
    if (made === null) throw new CurlError(`${what} would read as a template in ${language}. Choose another language.`);
    notes.push(
      `In ${what} there is text that would read as a placeholder; it is written so that it is sent as it stands.`,
    );
    return made;
  };
}

/** The URL without what is said elsewhere: credentials, fragment. */
function urlOf(command: Command, notes: string[]): { url: string; user: string | null } {
  let { url } = command;
  let user: string | null = null;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) {
    url = `https://${url}`;
    notes.push('The URL names no scheme; https:// was put before it.');
  }
  const credentials = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#@]*)@/i.exec(url);
  if (credentials) {
    url = credentials[1]! + url.slice(credentials[0].length);
    user = decoded(credentials[2]!);
    notes.push('The credentials in the URL became a secret Authorization header.');
  }
  if (url.includes('#')) {
    url = url.slice(0, url.indexOf('#'));
    notes.push('What follows # in the URL is never sent, and was left out.');
  }
  if (command.globbed)
    notes.push('cURL would read brackets and braces in the URL as a list of URLs; they are taken as they stand.');
  const [inQuery] = secretsInQuery(url);
  if (inQuery)
    notes.push(
      `The URL holds ${inQuery.name}, which everybody sees who may look at the webhook. Send it as a header if the API takes it.`,
    );
  return { url, user };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Header = { name: string; value: string; secret: boolean };

function headersOf(command: Command, user: string | null, notes: string[]) {
  const headers = new Map<string, Header>();
  for (const { name, value } of command.headers) {
    const lower = name.toLowerCase();
    if (value === null)
      notes.push(`-H '${name.slice(0, 100)}:' takes a header away that Handoff sets or doesn't send; it was left out.`);
    else if (isReserved(lower)) notes.push(`${name} is set by Handoff itself, and was left out.`);
    else if (Object.hasOwn(OURS, lower)) notes.push(`${name} was left out: ${OURS[lower]}.`);
    else {
      const before = headers.get(lower);
      if (before) notes.push(`${name} stands there more than once; the values were joined.`);
      const joined = before ? `${before.value}${lower === 'cookie' ? '; ' : ', '}${value}` : value;
      headers.set(lower, { name, value: joined, secret: isSecretHeader(name) });
    }
  }
  if (user !== null && !headers.has('authorization')) {
    if (!user.includes(':')) notes.push('-u names no password; an empty one is sent.');
    const text = user.includes(':') ? user : `${user}:`;
    const value = `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;
    headers.set('authorization', { name: 'Authorization', value, secret: true });
  }
  const contentType = headers.get('content-type')?.value ?? null;
  return { headers: [...headers.values()], contentType };
}

/** The format that the content type says, if the body is of it. */
function formatOf(contentType: string | null, body: string, notes: string[]): WebhookDefinition['format'] {
  const type = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  const json = isJson(body);
  if (body.trim() === '') return 'json';
  if (/^application\/(?:[\w.-]+\+)?json$/.test(type)) {
    if (json) return 'json';
    notes.push('The body says that it is JSON, and is not; it is sent as text with the same content type.');
    return 'text';
  }
  if (type === 'application/x-www-form-urlencoded') {
    if (json && /^\s*[[{]/.test(body))
      notes.push(
        'The body is JSON, and cURL says that it is a form. If the API wants JSON, choose JSON as the format.',
      );
    return 'form';
  }
  return /^(?:application|text)\/(?:[\w.-]+\+)?xml$/.test(type) ? 'xml' : 'text';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
