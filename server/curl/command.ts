import { longOption, type Option, shortOption } from './options.ts';
import { CurlError } from './shell.ts';

/** A cURL command taken apart: what it sends, and what else was said. */
export interface Command {
  url: string;
  method: string;
  /** As they were given, in order; `null` takes one away that cURL would send by itself. */
  headers: { name: string; value: string | null }[];
  body: string | null;
  /** `user:password` of -u. */
  user: string | null;
  globbed: boolean;
  timeoutMs: number | null;
  notes: string[];
}

interface Given {
  option: Option;
  /** As it was written: `-d`, `--data`. */
  as: string;
  value: string;
}

/** Takes the words of a command apart, as cURL reads its options. Throws CurlError. */
export function readCommand(words: readonly string[]): Command {
  const start = words[0] === '$' || words[0] === '%' ? 1 : 0;
  if (!/^(?:.*\/)?curl(?:\.exe)?$/i.test(words[start] ?? ''))
    throw new CurlError(
      words.length === 0
        ? 'There is no command.'
        : `The command begins with ${cut(words[start] ?? '')}, not with curl.`,
    );
  const { given, urls } = takeApart(words.slice(start + 1));
  const notes = [...new Set(given.filter(({ option }) => option.kind === 'ignored').map(ignored))];
  for (const { option, as } of given)
    if (option.kind === 'refused') throw new CurlError(`${as} can't be carried over: ${option.why}.`);
  const all = (...names: string[]) => given.filter(({ option }) => names.includes(option.name));
  const last = (name: string) => all(name).at(-1)?.value ?? null;

  const addresses = [...urls, ...all('url').map(({ value }) => value)];
  if (addresses.length === 0) throw new CurlError('The command names no URL.');
  if (addresses.length > 1)
    throw new CurlError(`The command names ${addresses.length} URLs: ${addresses.slice(0, 3).map(cut).join(', ')}.`);
  const headers = all('header').map(({ value }) => headerOf(value));
  const has = (name: string) => headers.some((one) => one.name.toLowerCase() === name);
  const imply = (name: string, value: string | null) => {
    if (value !== null && !has(name.toLowerCase())) headers.push({ name, value });
  };
  const { body, json } = dataOf(all('data', 'data-raw', 'data-binary', 'data-ascii', 'data-urlencode', 'json'));
  const asQuery = all('get').length > 0;
  if (json) {
    imply('Content-Type', 'application/json');
    imply('Accept', 'application/json');
  } else if (body !== null && !asQuery) imply('Content-Type', 'application/x-www-form-urlencoded');
  imply('User-Agent', last('user-agent') || null);
  imply('Referer', last('referer')?.replace(/;auto$/, '') || null);
  const cookies = all('cookie').map(({ value, as }) => {
    if (!value.includes('='))
      throw new CurlError(`${as} ${cut(value)} reads cookies from a file; write them as name=value.`);
    return value;
  });
  imply('Cookie', cookies.length > 0 ? cookies.join('; ') : null);
  const bearer = last('oauth2-bearer');
  imply('Authorization', bearer === null ? null : `Bearer ${bearer}`);

  const query = all('url-query').map(({ value }) =>
    value.startsWith('+') ? value.slice(1) : encoded(value, '--url-query'),
  );
  if (asQuery && body !== null) query.push(body);
  const timeout = Number(last('max-time') ?? Number.NaN);
  return {
    url: withQuery(addresses[0]!, query),
    method: last('request') ?? (asQuery || body === null ? 'GET' : 'POST'),
    headers,
    body: asQuery ? null : body,
    user: last('user'),
    globbed: !given.some(({ option }) => option.name === 'globoff') && /[[\]{}]/.test(addresses[0]!),
    timeoutMs: Number.isFinite(timeout) && timeout > 0 ? Math.round(timeout * 1000) : null,
    notes,
  };
}

const cut = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const ignored = ({ option, as }: Given) => (option.why ? `${as} is left out: ${option.why}.` : `${as} is left out.`);

/** Options with their values, and what is no option: URLs. */
function takeApart(words: readonly string[]): { given: Given[]; urls: string[] } {
  const given: Given[] = [];
  const urls: string[] = [];
  const unknown = new Set<string>();
  let optionsEnd = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const next = (as: string) => {
      const value = words[++i];
      if (value === undefined) throw new CurlError(`${as} stands at the end and needs a value.`);
      return value;
    };
    if (optionsEnd || word === '-' || !word.startsWith('-')) urls.push(word);
    else if (word === '--') optionsEnd = true;
    else if (word.startsWith('--')) {
      const option = longOption(word.slice(2)) ?? (word.startsWith('--no-') ? longOption(word.slice(5)) : undefined);
      if (!option) unknown.add(cut(word));
      else given.push({ option, as: word, value: option.takes ? next(word) : '' });
    } else {
      // Letters without a value may share a word; the rest of the word is the value of one that has one.
      for (let at = 1; at < word.length; at++) {
        const as = `-${word[at]}`;
        const option = shortOption(word[at]!);
        if (!option) {
          unknown.add(as);
          break;
        }
        if (!option.takes) given.push({ option, as, value: '' });
        else {
          given.push({ option, as, value: at + 1 < word.length ? word.slice(at + 1) : next(as) });
          break;
        }
      }
    }
  }
  if (unknown.size > 0)
    throw new CurlError(
      `${[...unknown].slice(0, 10).join(', ')} ${unknown.size > 1 ? 'are options' : 'is an option'} that can't be read here. Take it out, or write what it does with -H, -d and -X.`,
    );
  return { given, urls };
}

/** `Name: value`; `Name;` sends it empty, `Name:` takes it away. */
function headerOf(text: string): { name: string; value: string | null } {
  if (text.startsWith('@')) throw new CurlError(`-H ${cut(text)} reads headers from a file; write them with -H.`);
  const at = text.indexOf(':', text.startsWith(':') ? 1 : 0);
  if (at < 0) {
    if (!text.trimEnd().endsWith(';')) throw new CurlError(`-H ${cut(text)} is no header: a colon is missing.`);
    return { name: text.trimEnd().slice(0, -1).trim(), value: '' };
  }
  const value = text.slice(at + 1).trim();
  return { name: text.slice(0, at).trim(), value: value === '' ? null : value };
}

/** What is sent as data: pieces joined with &, but what --json brings. */
function dataOf(given: readonly Given[]): { body: string | null; json: boolean } {
  let body: string | null = null;
  for (const { option, as, value } of given) {
    if (value.startsWith('@') && option.name !== 'data-raw' && option.name !== 'data-urlencode')
      throw new CurlError(`${as} ${cut(value)} sends a file, and there are no files here; put its content into ${as}.`);
    const piece = option.name === 'data-urlencode' ? encoded(value, as) : value;
    body = body === null ? piece : body + (option.name === 'json' ? '' : '&') + piece;
  }
  return { body, json: given.some(({ option }) => option.name === 'json') };
}

/** `content`, `=content` or `name=content`, the content percent-encoded as cURL does it. */
function encoded(value: string, as: string): string {
  const at = value.search(/[=@]/);
  if (at >= 0 && value[at] === '@')
    throw new CurlError(`${as} ${cut(value)} sends a file, and there are no files here; write ${as} name=content.`);
  const content = encodeURIComponent(value.slice(at + 1).toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return at > 0 ? `${value.slice(0, at)}=${content}` : content;
}

function withQuery(url: string, query: readonly string[]): string {
  const more = query.filter((one) => one !== '').join('&');
  if (more === '') return url;
  const [before, fragment] = url.split(/(?=#)/, 2) as [string, string?];
  const joint = !before.includes('?') ? '?' : /[?&]$/.test(before) ? '' : '&';
  return `${before}${joint}${more}${fragment ?? ''}`;
}
