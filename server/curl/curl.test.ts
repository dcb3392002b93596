// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are a shell's, and Velocity's
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printCurl } from '../../shared/curl.ts';
import type { WebhookDefinition } from '../../shared/webhook.ts';
import { prepare } from '../flow/rendering/program.ts';
import { renderRequest } from '../flow/rendering/request.ts';
import { CurlError, type CurlOptions, readCurl } from './index.ts';

const LIQUID: CurlOptions = { language: 'liquid', placeholders: 'text' };
const read = (command: string, options: Partial<CurlOptions> = {}) => readCurl(command, { ...LIQUID, ...options });
const headersOf = ({ headers }: WebhookDefinition) =>
  headers.map(({ name, value, secret }) => `${name}: ${value}${secret ? ' (secret)' : ''}`);
const FORM = 'form';

describe('commands', () => {
  const U = 'https://a.example/x';
  test.each<[string, Partial<WebhookDefinition>, string[]?]>([
    [`curl ${U}`, { method: 'GET', url: U, body: '' }, []],
    [`$ /usr/bin/curl -sSLX PUT '${U}'`, { method: 'PUT', url: U }],
    [`curl.exe -XDELETE ${U} -o /dev/null | jq .`, { method: 'DELETE', url: U }],
    [
      `curl \\\n  --request PATCH \\\n  --url ${U} \\\n  -d 'a=1' -d b=2 --data-raw @c`,
      { method: 'PATCH', body: 'a=1&b=2&@c', format: FORM },
    ],
    [
      `curl ${U} -H 'Content-Type: application/json' -d '{"a": "it'\\''s"}'`,
      { method: 'POST', format: 'json', body: '{"a": "it\'s"}' },
      [],
    ],
    [`curl ${U} --json '{"a":' --json '1}'`, { format: 'json', body: '{"a":1}' }, ['Accept: application/json']],
    [`curl ${U} -d '{"a":1}'`, { format: FORM, body: '{"a":1}' }, []],
    [
      `curl ${U} -H "Content-Type: text/xml" -d "<a b=\\"c\\"/>"`,
      { format: 'xml', body: '<a b="c"/>' },
      ['Content-Type: text/xml'],
    ],
    [
      `curl ${U} -H "Content-Type: application/json" -d 'no json'`,
      { format: 'text', body: 'no json' },
      ['Content-Type: application/json'],
    ],
    [
      `curl -G ${U}?z=1 -d a=1 --data-urlencode 'q=ä & b'  --data-urlencode '=x y'`,
      { method: 'GET', url: `${U}?z=1&a=1&q=%C3%A4%20%26%20b&x%20y`, body: '' },
    ],
    [`curl ${U} --data-binary $'{"a":"\\u00e4\\x41\\ud83d\\ude00\\'\\n"}'`, { body: '{"a":"äA😀\'\n"}' }],
    [`curl ${U} -u 'me:p w'`, {}, [`Authorization: Basic ${Buffer.from('me:p w').toString('base64')} (secret)`]],
    [
      'curl https://key:@a.example/x',
      { url: U },
      [`Authorization: Basic ${Buffer.from('key:').toString('base64')} (secret)`],
    ],
    [
      `curl ${U} --oauth2-bearer t -A me -e https://r.example -b a=1 -b b=2`,
      {},
      ['User-Agent: me', 'Referer: https://r.example', 'Cookie: a=1; b=2 (secret)', 'Authorization: Bearer t (secret)'],
    ],
    [
      `curl ${U} -H 'X-Api-Key: k' -H 'X-Shopify-Access-Token: t' -H 'Accept: a' -H 'accept: b' -H 'Host: h' -H 'X-Empty;' -H 'Expect:'`,
      {},
      ['X-Api-Key: k (secret)', 'X-Shopify-Access-Token: t (secret)', 'accept: a, b', 'X-Empty: '],
    ],
    [`curl a.example/x#top -m 2.5`, { url: U, timeout_ms: 2500 }, []],
    [`curl ${U} -d "a=$TOKEN" # all`, { body: 'a=$TOKEN' }],
  ])('%s', (command, wanted, headers) => {
    const { definition } = read(command);
    expect(definition).toMatchObject(wanted);
    if (headers) expect(headersOf(definition)).toEqual(headers);
  });

  test.each([
    [`curl ${U} -F a=@b`, /^-F can't be carried over: it sends a form of parts/],
    [`curl ${U} -d @file.json`, /^-d @file.json sends a file/],
    [`curl ${U} --data-urlencode a@file`, /sends a file/],
    [`curl ${U} --frobnicate 1 -§ 2`, /^--frobnicate, -§ are options that can't be read here/],
    [`curl ${U} -H`, /^-H stands at the end and needs a value/],
    [`curl ${U} -H nonsense`, /a colon is missing/],
    [`curl ${U} -H 'bad name: x'`, /The header "bad name" can't be carried over: must be a header name/],
    [`curl ${U} -X GET -d a`, /sends data with GET/],
    [`curl ${U} -X TRACE`, /No webhook sends with TRACE/],
    [`curl ${U} -I`, /HEAD/],
    [`curl ${U} https://b.example`, /names 2 URLs/],
    ['curl -s', /names no URL/],
    [`wget ${U}`, /begins with wget, not with curl/],
    ['', /There is no command/],
    [`curl ${U} -d 'a`, /A single quote is opened and never closed/],
    [`curl ${U} -d "$(cat x)"`, /runs another one/],
    [`curl ${U}?a=1&b=2`, /Put the URL, or the data, between quotes/],
    [`curl ^"${U}^" ^\n -H ^"a: b^"`, /Copy as cURL \(bash\)/],
    [`curl ${U}\ncurl ${U}`, /more than one command/],
    [`curl ${U} -d <<EOF`, /reads from a file/],
    [`curl ${U} -d '${'x'.repeat(400_001)}'`, /longer than/],
  ])('%s is refused', (command, why) => {
    expect(() => read(command)).toThrow(why);
    expect(() => read(command)).toThrow(CurlError);
  });

  test('what is left out or understood is told, and no secret is among it', () => {
    const { notes } = read(
      `curl -k --compressed -L -u me:hunter22 '${U}?api_key=x' -H 'Content-Length: 5' -d "{\\"a\\":\\"$NAME {{x}}\\"}"`,
    );
    for (const wanted of [
      /\$NAME/,
      /-k is left out: cert/,
      /--compressed/,
      /-L .*redirects/,
      /api_key/,
      /Content-Length/,
      /is JSON/,
      /Authorization: kept as secret/,
      /would read as a placeholder/,
    ])
      expect(
        notes.some((note) => wanted.test(note)),
        String(wanted),
      ).toBe(true);
    expect(notes.join()).not.toMatch(/hunter22|bWU6/);
  });
});

/** The request as it would be sent. */
function sent(definition: WebhookDefinition) {
  const context = { profile: { id: 'p', attributes: { x: 'filled' } }, event: null, now: 0 };
  const made = renderRequest(prepare(definition), JSON.stringify(context));
  if (!made.ok) throw new Error(made.trouble.message);
  const { method, url, headers, body } = made.request;
  const shown = headers.map(([name, value]) => ({ name, value: Buffer.from(value, 'latin1').toString('utf8') }));
  return { method, url, headers: shown, body: body && Buffer.from(body).toString() };
}

test('placeholders are kept when asked', () => {
  const command = `curl https://a.example/{{customer.x}} -H 'X-A: {{customer.x}}'`;
  expect(sent(read(command, { placeholders: 'keep' }).definition).url).toBe('https://a.example/filled');
  expect(sent(read(command).definition).headers[0]).toEqual({ name: 'X-A', value: '{{customer.x}}' });
});

test('a request printed as cURL reads back the same, whatever is in it, in every language', () => {
  const bits = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    '$',
    '#',
    '##',
    '#*',
    '#[[',
    ']]#',
    '$x',
    '#if',
    '\\',
    "'",
    '"',
    '\n',
    '`',
    '$(',
    '!',
    '&',
    '|',
    '^',
    ' ',
    'a',
    'ä',
    '😀',
    '<%',
    '{',
    '[',
    '@',
    ';',
  );
  const text = fc.array(bits, { maxLength: 12 }).map((parts) => parts.join(''));
  const line = text.map((one) => one.replaceAll('\n', '').trim());
  const request = fc.record({
    method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
    headers: fc.uniqueArray(fc.record({ name: fc.constantFrom('X-A', 'X-B', 'Accept'), value: line }), {
      selector: (one) => one.name,
    }),
    body: fc.oneof(
      text.map((body) => ({ type: 'text/plain; charset=utf-8', body })),
      fc.dictionary(text, text).map((value) => ({ type: 'application/json', body: JSON.stringify(value) })),
    ),
    path: fc.array(fc.constantFrom('a', '-', '%7B', 'é', '(', '$', '#'), { maxLength: 6 }),
    language: fc.constantFrom('liquid', 'jinja', 'mustache', 'velocity'),
  });
  fc.assert(
    fc.property(request, ({ method, headers, body, path, language }) => {
      const url = new URL(`https://a.example/${path.join('').replaceAll('#', '%23')}?q=1`).href;
      const type = { name: 'content-type', value: body.type };
      const whole =
        body.body.trim() === '' ? { headers, body: null } : { headers: [...headers, type], body: body.body };
      const printed = printCurl({ method, url, ...whole });
      const { definition } = read(printed, { language: language as 'liquid' });
      const again = sent(definition);
      const sorted = (list: readonly { name: string; value: string }[]) =>
        list.map(({ name, value }) => `${name.toLowerCase()}: ${value}`).sort();
      expect({ ...again, headers: sorted(again.headers) }).toEqual({
        method,
        url,
        body: whole.body,
        headers: sorted(whole.headers),
      });
    }),
    { numRuns: 1_500 },
  );
});

test('nothing that is typed makes it fail otherwise than by saying so', () => {
  const piece = fc.constantFrom(
    'curl',
    ' ',
    '-d',
    '-H',
    "'",
    '"',
    '\\',
    '$',
    "$'",
    '\n',
    'https://a.example',
    '{{',
    '--json',
    '-u',
    '@',
    '&',
    '\\x',
    '\\u',
    '\\U1234567',
    '-G',
    ':',
    ';',
    '^',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (parts) => {
      try {
        read(`curl ${parts.join('')}`);
      } catch (error) {
        if (!(error instanceof CurlError)) throw error;
      }
    }),
    { numRuns: 3_000 },
  );
});
