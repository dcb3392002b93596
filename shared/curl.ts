import { HIDDEN } from './secret-names.ts';

/** A request as it is shown: of a delivery, or of a preview. */
export interface ShownRequest {
  method: string;
  url: string;
  headers: readonly { name: string; value: string }[];
  body: string | null;
}

/** What cURL sends by itself unless it is told not to. */
const BY_ITSELF = ['Accept', 'User-Agent'];
// Linux hands no longer word to a program: 128 KB with the byte that ends it.
const LONGEST_WORD = 131_071;

/** A word as a POSIX shell reads it back. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Why a request can't be said as a cURL command; a sentence, null when it can. */
export function whyNoCurl({ body }: ShownRequest): string | null {
  if (body === null) return null;
  if (body.includes('\0')) return 'The body holds a NUL, which no shell hands to a program.';
  if (new TextEncoder().encode(body).length > LONGEST_WORD)
    return 'The body is longer than the 128 KB that a shell hands to a program.';
  return null;
}

/**
 * A request as a cURL command for a POSIX shell, an option a line: it sends the same method, URL, headers and bytes, and
 * nothing that cURL would add by itself but what every exchange needs. Only for what `whyNoCurl` has nothing against.
 */
export function printCurl({ method, url, headers, body }: ShownRequest): string {
  const lines = [`curl -X ${method} ${quoted(url)}`, '--globoff --path-as-is'];
  const has = new Set(headers.map(({ name }) => name.toLowerCase()));
  for (const { name, value } of headers) lines.push(`-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`);
  for (const name of [...BY_ITSELF, ...(body === null ? [] : ['Content-Type', 'Expect'])])
    if (!has.has(name.toLowerCase())) lines.push(`-H ${quoted(`${name}:`)}`);
  if (body !== null) lines.push(`--data-raw ${quoted(body)}`);
  return lines.join(' \\\n  ');
}

/**
 * The request without what is added when it is sent: secrets, whose values are hidden already, and the id and signature
 * of one attempt. `signature`: the header of a plain signature.
 */
export function withoutAdded<Request extends ShownRequest>(request: Request, signature: string): Request {
  const added = /^(?:webhook-(?:id|timestamp|signature)|idempotency-key|x-cio-(?:signature|timestamp))$/i;
  const headers = request.headers.filter(
    ({ name, value }) => value !== HIDDEN && !added.test(name) && name.toLowerCase() !== signature.toLowerCase(),
  );
  const [address, ...rest] = request.url.split('?') as [string, ...string[]];
  const query = rest.join('?').split('&');
  const kept = query.filter((pair) => !pair.endsWith(`=${HIDDEN}`));
  return { ...request, headers, url: kept.join('&') === '' ? address : `${address}?${kept.join('&')}` };
}
