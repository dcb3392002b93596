// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Velocity's
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { type Received, startReceiver } from '../stage/receiver.ts';

// What people have typed and pasted, in every place of a request and every language: it arrives as it was, and where a
// place can't hold it, the delivery fails and says where.

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  [h, receiver] = await Promise.all([startHandoff(), startReceiver()]);
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver?.close();
  await h?.stop();
});

const NAUGHTY = [
  `"`,
  `'`,
  '\\',
  '\\"},{"a":"b',
  '","admin":"yes',
  '\\u0022',
  'a\nb',
  'a\r\nX-Injected: yes\r\n\r\nGET / HTTP/1.1',
  '\ttab\t',
  '\u2028\u2029\u0085\u00a0',
  '👩‍👩‍👧‍👦 🇺🇦 é e\u0301 ﷽ Ǆ',
  'שָׁלוֹם \u202eevil\u202c مرحبا',
  '\ufeff\u200b\u200d',
  ']]>',
  '<![CDATA[x]]>',
  ']]]]><![CDATA[>',
  '<a href="x">&amp;</a>',
  '<!--',
  '-->',
  '&lt;&#x0;&nope;',
  '<?xml version="1.0"?>',
  'a&b=c+d%20e%zz#f?g/h;i',
  '../../etc/passwd',
  '%2e%2e%2f',
  '%00',
  '://@:80/?#[]@!$&()*,;=',
  '{{ customer.email }}{% abort %}{# #}[[x]]{{{x}}}',
  '${customer.email} $x #if(true) #end #set($a = 1) ##',
  'null',
  'undefined',
  'NaN',
  '{"a":[1,2]}',
  '[1,2',
  'ünïcödé ÀÉÎ 漢字 ไทย',
  'Robert"); DROP TABLE students;--',
  '\ud800 lone \udc00',
  '\u0001\u001f\u007f',
  'nul\u0000nul',
  '\ufffe\uffff',
  'x'.repeat(1000),
];

const LANGUAGES = { liquid: '{{ event.x }}', jinja: '{{ event.x }}', mustache: '{{event.x}}', velocity: '$!{event.x}' };
const N = { liquid: '{{ event.n }}', jinja: '{{ event.n }}', mustache: '{{event.n}}', velocity: '$!{event.n}' };
type Language = keyof typeof LANGUAGES;
const FORMATS = {
  json: (x: string) => `{"inside": "<${x}>", "bare": ${x}, "list": [${x}, "${x}"]}`,
  form: (x: string) => `a=${x}&b=<${x}>`,
  xml: (x: string) => `<r a="${x}" b='${x}'><t>${x}</t><c><![CDATA[${x}]]></c></r>`,
  text: (x: string) => `<${x}>`,
};
type Format = keyof typeof FORMATS;

/** What the receiver finds, in each place. */
function places(format: Format, { url, rawHeaders, body }: Received): Record<string, unknown> {
  const found = new URL(url, 'http://x');
  const text = body.toString('utf8');
  const common = {
    path: decodeURIComponent(found.pathname.split('/').at(-1)!).slice(1),
    query: found.searchParams.get('q'),
    pair: found.searchParams.get('p'),
  };
  if (format === 'json') return { ...common, ...JSON.parse(text) };
  if (format === 'form') return { ...common, ...Object.fromEntries(new URLSearchParams(text)) };
  if (format === 'text') {
    const at = rawHeaders.findIndex((name) => name.toLowerCase() === 'x-naughty');
    const header = Buffer.from(rawHeaders[at + 1] ?? '', 'latin1').toString('utf8');
    return { ...common, text, header };
  }
  const read: Record<string, string> = { t: '', c: '' };
  let tag = '';
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    tag = name;
    if (name === 'r') Object.assign(read, attributes);
  });
  const add = (more: string) => {
    if (tag in read) read[tag] += more;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.write(text).close();
  return { ...common, ...read };
}

/** What it must find; null where the format can't hold the text. */
function wanted(format: Format, x: string): Record<string, unknown> | null {
  const common = { path: x, query: x, pair: x };
  switch (format) {
    case 'json': {
      const typed = x === 'null' ? null : x;
      return { ...common, inside: `<${x}>`, bare: typed, list: [typed, x] };
    }
    case 'form':
      return { ...common, a: x, b: `<${x}>` };
    case 'text':
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what a header can't hold
      if (/[\0-\x08\x0a-\x1f\x7f]/.test(x)) return null;
      return { ...common, text: `<${x}>`, header: `<${x}>` };
    default:
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML can't hold
      if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(x)) return null;
      return { ...common, a: x, b: x, t: x, c: x };
  }
}

test('every text in every place and language arrives as it was, or fails and says where', async () => {
  const kinds = (Object.keys(LANGUAGES) as Language[]).flatMap((language) =>
    (Object.keys(FORMATS) as Format[]).map((format) => ({ language, format, id: `${language}-${format}` })),
  );
  const steps: { id: string; kind: string; webhook: string }[] = [];
  for (const { language, format, id } of kinds) {
    const x = LANGUAGES[language];
    const definition = {
      language,
      format,
      url: `${receiver.url}/${id}/${N[language]}/-${x}?q=${x}`,
      query: [{ name: 'p', value: x }],
      headers: format === 'text' ? [{ name: 'X-Naughty', value: `<${x}>` }] : [],
      body: FORMATS[format](x),
    };
    const { body, status } = await h.api('POST', '/webhooks', { name: id, definition });
    expect(status, JSON.stringify(body)).toBe(201);
    steps.push({ id, kind: 'webhook', webhook: body.id });
  }
  const chain = steps.map((step, i) => {
    const next = steps[i + 1]?.id ?? null;
    return { ...step, next, on_fail: next };
  });
  const draft = { trigger: { kind: 'event', event: 'Typed' }, start: chain[0]!.id, steps: chain };
  const { body: scenario } = await h.api('POST', '/scenarios', { name: 'Naughty', draft });
  expect((await h.api('POST', `/scenarios/${scenario.id}/publish`)).status).toBe(200);
  const batch = NAUGHTY.map((x, n) => ({ type: 'track', userId: `u${n}`, event: 'Typed', properties: { n, x } }));
  expect((await h.track('batch', { batch })).status).toBe(200);

  // Lone surrogates and NUL are kept as U+FFFD.
  const kept = NAUGHTY.map((x) => x.toWellFormed().replaceAll('\0', '\ufffd'));
  const fine = kinds.flatMap(({ format }) => kept.filter((x) => wanted(format, x) !== null)).length;
  await receiver.waitFor(fine, 60_000);
  const arrived = new Map(receiver.requests.map((one) => [one.path.split('/').slice(1, 3).join(' '), one]));
  for (const { format, id } of kinds) {
    for (const [n, x] of kept.entries()) {
      const one = arrived.get(`${id} ${n}`);
      const must = wanted(format, x);
      if (must === null) expect(one, `${id} ${JSON.stringify(x.slice(0, 40))}`).toBeUndefined();
      else expect(one && places(format, one), `${id} ${JSON.stringify(x.slice(0, 40))}`).toEqual(must);
    }
  }
  const failing = (format: Format) => kept.filter((x) => wanted(format, x) === null).length * 4;
  for (const [format, reason, says] of [
    ['text', 'invalid_header', 'headers.0.value'],
    ['xml', 'invalid_xml', 'line 1'],
  ] as const) {
    const failed = await h.until(`all that fail with ${reason}`, async () => {
      const { items } = (await h.api('GET', `/deliveries?reason=${reason}&limit=100`)).body;
      return items.length >= failing(format) && items;
    });
    expect(failed).toHaveLength(failing(format));
    const { body: shown } = await h.api('GET', `/deliveries/${failed[0].id}`);
    expect(shown.reason.message).toContain(says);
  }
});
