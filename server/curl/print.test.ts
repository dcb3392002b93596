import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printCurl, type ShownRequest, whyNoCurl, withoutAdded } from '../../shared/curl.ts';
import { HIDDEN } from '../../shared/secret-names.ts';
import { type Receiver, startReceiver } from '../../tests/stage/receiver.ts';
import { prepare } from '../flow/rendering/program.ts';
import { renderRequest } from '../flow/rendering/request.ts';
import { readCurl } from './index.ts';

const version = (() => {
  try {
    return execFileSync('curl', ['--version'], { encoding: 'utf8' }).split('\n')[0]!;
  } catch {
    return null;
  }
})();
if (version === null) console.log('This machine has no curl: that printed commands run as they are was not tried.');

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

const json = { name: 'content-type', value: 'application/json' };
const plain = { name: 'content-type', value: 'text/plain; charset=utf-8' };
/** Headers that belong to the exchange. */
const OF_EXCHANGE = new Set(['host', 'content-length', 'connection', 'accept-encoding']);
const sorted = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort();
const utf8 = (text: string) => Buffer.from(text, 'latin1').toString('utf8');

const CASES: [string, Omit<ShownRequest, 'url'> & { path: string }][] = [
  [
    'quotes, line breaks and what a shell would act on',
    {
      method: 'POST',
      path: '/a?b=1',
      headers: [json],
      body: JSON.stringify({ a: `it's "so"\n\\n $HOME $(id) \`id\` !! ~ * \\`, b: '{{ x }} {% y %}' }),
    },
  ],
  ['what reads as a file', { method: 'POST', path: '/a', headers: [plain], body: '@/etc/passwd' }],
  [
    'text that is nearly none',
    {
      method: 'PUT',
      path: '/a',
      headers: [plain],
      body: '\r\n\t\u0001\u001b[0m\u007f\u0085\u2028\ufeff\ufffd😀 é\n\n',
    },
  ],
  [
    'headers: empty, of many words, in other letters',
    {
      method: 'PATCH',
      path: '/a',
      headers: [json, { name: 'X-Empty', value: '' }, { name: 'X-Name', value: `Zoë's @ "家"; a: b` }],
      body: '{}',
    },
  ],
  [
    'an address with brackets, braces and dots',
    { method: 'GET', path: '/a/%7Bx%7D?ids[]=1&set={a,b}&q=%27&r=[1-3]', headers: [], body: null },
  ],
  [
    'a body with DELETE, its own agent',
    {
      method: 'DELETE',
      path: '/a',
      headers: [json, { name: 'User-Agent', value: 'me' }, { name: 'Accept', value: 'text/*' }],
      body: '[1]',
    },
  ],
  ['a body without a type', { method: 'POST', path: '/a', headers: [], body: 'a=1' }],
  ['a long body', { method: 'POST', path: '/a', headers: [plain], body: 'é'.repeat(60_000) }],
];

describe('a printed command', () => {
  test.skipIf(version === null).each(CASES)('arrives as it is: %s', async (_name, { path, ...given }) => {
    const request = { ...given, url: `${receiver.url}${path}` };
    expect(whyNoCurl(request)).toBe(null);
    const before = receiver.requests.length;
    await promisify(execFile)('sh', ['-c', printCurl(request)], {
      env: { PATH: process.env.PATH!, HOME: '/nonexistent' },
    });
    const [got] = receiver.requests.slice(before);
    const pairs = Array.from({ length: got!.rawHeaders.length / 2 }, (_, i): [string, string] => [
      got!.rawHeaders[2 * i]!,
      utf8(got!.rawHeaders[2 * i + 1]!),
    ]);
    expect({ ...got, body: got!.body.toString('utf8') }).toMatchObject({
      method: request.method,
      url: path,
      body: request.body ?? '',
    });
    expect(sorted(pairs.filter(([name]) => !OF_EXCHANGE.has(name.toLowerCase())))).toEqual(
      sorted(request.headers.map(({ name, value }) => [name, value])),
    );
  });

  test.each(CASES.filter(([name]) => name !== 'a body without a type'))(
    'is read back: %s',
    (_name, { path, ...given }) => {
      const request = { ...given, url: `https://a.example${path}` };
      const { definition } = readCurl(printCurl(request), { language: 'liquid', placeholders: 'text' });
      const made = renderRequest(prepare(definition), '{"profile":{"id":"p","attributes":{}},"event":null,"now":0}');
      if (!made.ok) throw new Error(made.trouble.message);
      const { method, url, headers, body } = made.request;
      expect({ method, url, body: body && Buffer.from(body).toString('utf8') }).toEqual({
        method: request.method,
        url: request.url,
        body: request.body,
      });
      expect(sorted(headers.map(([name, value]) => [name, utf8(value)]))).toEqual(
        sorted(request.headers.map(({ name, value }) => [name, value])),
      );
    },
  );

  test('there is none of what no shell can hand over', () => {
    const request = { method: 'POST', url: 'https://a.example/', headers: [] };
    expect(whyNoCurl({ ...request, body: 'a\0b' })).toMatch(/NUL/);
    expect(whyNoCurl({ ...request, body: 'é'.repeat(65_536) })).toMatch(/128 KB/);
    expect(whyNoCurl({ ...request, body: null })).toBe(null);
  });

  test('a preview is said without secrets and without what one attempt alone has', () => {
    const headers = ['Webhook-Id', 'webhook-timestamp', 'webhook-signature', 'Idempotency-Key', 'X-Sum'].map(
      (name) => ({
        name,
        value: 'x',
      }),
    );
    const shown = {
      method: 'POST',
      url: `https://a.example/?a=1&key=${HIDDEN}`,
      headers: [...headers, { name: 'Authorization', value: HIDDEN }, json],
      body: '{}',
    };
    expect(withoutAdded(shown, 'X-Sum')).toEqual({ ...shown, url: 'https://a.example/?a=1', headers: [json] });
    expect(withoutAdded({ ...shown, url: `https://a.example/?key=${HIDDEN}` }, '').url).toBe('https://a.example/');
  });
});
