import { type Trouble, trouble } from '../errors.ts';

/** Headers that belong to the connection or to framing, in lower case; undici writes them. */
export const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'proxy-connection',
]);
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/;
const METHOD = /^[A-Z]{1,20}$/;

/** A URL that may be called, in the spelling of the WHATWG parser (so every way to write an address looks the same). */
export interface Target {
  origin: string;
  host: string;
  path: string;
}

/** Reads the URL of a request. What can't be called is permanent trouble: trying again can't help. */
export function targetOf(text: string): Target | Trouble {
  const url = URL.parse(text);
  if (!url) return trouble('permanent', 'bad_url', `"${shorten(text)}" is no URL`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return trouble('permanent', 'bad_url', `Only http and https can be called, not ${url.protocol}`);
  if (url.username !== '' || url.password !== '')
    return trouble('permanent', 'bad_url', 'A URL must not hold a user name or password; use a header');
  if (!HOST.test(url.hostname) || url.port === '0')
    return trouble('permanent', 'bad_url', `"${shorten(url.host)}" is no host that can be called`);
  return { origin: url.origin, host: url.hostname, path: url.pathname + url.search };
}

/** A path with more in its query. */
export function withQuery(path: string, more: readonly [string, string][]): string {
  if (more.length === 0) return path;
  const text = more.map((pair) => pair.map((part) => encodeURIComponent(part.toWellFormed())).join('=')).join('&');
  return `${path}${path.includes('?') ? '&' : '?'}${text}`;
}

/** The headers as undici takes them, names and values in turn; or trouble when one of them isn't the caller's to set. */
export function headersOf(headers: readonly [string, string][]): string[] | Trouble {
  const flat = new Array<string>(headers.length * 2);
  for (let i = 0; i < headers.length; i++) {
    const [name, value] = headers[i]!;
    if (CONNECTION_HEADERS.has(name.toLowerCase()))
      return trouble(
        'permanent',
        'bad_header',
        `The header ${name} is set by the connection; remove it from the request`,
      );
    flat[i * 2] = name;
    flat[i * 2 + 1] = value;
  }
  return flat;
}

/** Whether a method can be sent. CONNECT, TRACE and HEAD have other rules for bodies and are not needed. */
export function isMethod(method: string): boolean {
  return METHOD.test(method) && method !== 'CONNECT' && method !== 'TRACE' && method !== 'HEAD';
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
