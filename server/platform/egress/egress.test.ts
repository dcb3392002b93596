import { createServer, type Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { does, type Receiver, startReceiver } from '../../../tests/stage/receiver.ts';
import { Clock } from '../clock.ts';
import { createEgress, type Egress, type EgressOptions, type ExchangeRequest } from './index.ts';

const allow = ['127.0.0.0/8', '::1/128'];
const clock = new Clock();
let receiver: Receiver;
let egress: Egress;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
afterEach(() => egress.close());

function make(options: Partial<EgressOptions> = {}): Egress {
  egress = createEgress({ clock, allow, ...options });
  return egress;
}

function send(path: string, request: Partial<ExchangeRequest> = {}) {
  return egress.exchange({
    method: 'POST',
    url: path.startsWith('http') ? path : receiver.url + path,
    headers: [['content-type', 'application/json']],
    body: Buffer.from('{"a":1}'),
    timeoutMs: 5_000,
    ...request,
  });
}

describe('an exchange', () => {
  test('carries exactly its method, URL, headers and body, and brings the answer back', async () => {
    make();
    receiver.on('/exact', does.json({ id: 7 }, 201, { 'X-Twice': 'a' }));
    const before = clock.now();
    const result = await send('/exact?q=%7B1%7D', {
      method: 'PUT',
      headers: [
        ['Content-Type', 'application/json'],
        ['X-Twice', '1'],
        ['X-Twice', '2'],
      ],
      body: Buffer.from('{"é":"\u{1f600}"}'),
    });
    expect(result).toMatchObject({ ok: true, status: 201, cut: false, address: '127.0.0.1' });
    expect(result.startedAt).toBeGreaterThanOrEqual(before);
    if (!result.ok) throw new Error();
    expect(result.body.toString()).toBe('{"id":7}');
    expect(result.headers).toContainEqual(['X-Twice', 'a']);
    const got = receiver.requests.at(-1)!;
    expect(got).toMatchObject({ method: 'PUT', url: '/exact?q=%7B1%7D', body: Buffer.from('{"é":"\u{1f600}"}') });
    expect(got.rawHeaders.join('|')).toContain('Content-Type|application/json|X-Twice|1|X-Twice|2');
    expect(got.headers.host).toBe(`127.0.0.1:${receiver.port}`);
  });

  test('many use few connections, and none is pipelined', async () => {
    make({ connectionsPerOrigin: 3 });
    const before = receiver.connections;
    const results = await Promise.all(Array.from({ length: 60 }, () => send('/many')));
    expect(results.every((r) => r.ok && r.status === 200)).toBe(true);
    expect(receiver.connections - before).toBeLessThanOrEqual(3);
  });

  test('redirects are not followed', async () => {
    make();
    const result = await send('/redirect');
    expect(result).toMatchObject({ ok: true, status: 302 });
    expect(result.ok && result.headers).toContainEqual(['location', 'http://169.254.169.254/latest/meta-data/']);
  });

  test('by name, over IPv6, and to the second address when the first refuses', async () => {
    const six = await startReceiver({ host: '::1' });
    make({ lookup: async () => [{ address: '127.0.0.1' }, { address: '::1' }] });
    expect(await send(`http://two.example:${six.port}/`)).toMatchObject({ ok: true, address: '::1' });
    expect(six.requests[0]!.headers.host).toBe(`two.example:${six.port}`);
    await six.close();
  });

  test('429 with Retry-After and bad JSON are answers like others', async () => {
    make();
    const many = await send('/429');
    expect(many.ok && many.headers).toContainEqual(['retry-after', '2']);
    expect(await send('/invalid-json')).toMatchObject({ ok: true, status: 200, body: Buffer.from('{"name": "Ann", ') });
    const answers = [await send('/recovers'), await send('/recovers'), await send('/recovers')];
    expect(answers.map((r) => r.ok && r.status)).toEqual([500, 500, 200]);
  });
});

describe('bodies', () => {
  test('10 MB: 64 KB are kept, and the rest is not read', async () => {
    make();
    const result = await send('/large');
    expect(result).toMatchObject({ ok: true, status: 200, cut: true });
    expect(result.ok && result.body.length).toBe(65_536);
    expect(result.durationMs).toBeLessThan(2_000);
  });

  test('exactly 64 KB is not cut, one byte more is', async () => {
    make();
    receiver.on('/fits', does.large(65_536));
    receiver.on('/over', does.large(65_537));
    const fits = await send('/fits');
    const over = await send('/over');
    expect(fits.ok && [fits.body.length, fits.cut]).toEqual([65_536, false]);
    expect(over.ok && [over.body.length, over.cut]).toEqual([65_536, true]);
  });

  test.each(['gzip', 'deflate', 'br'] as const)('%s is decompressed', async (encoding) => {
    make();
    receiver.on('/packed', does.compressed('{"packed":true}', encoding));
    const result = await send('/packed');
    expect(result.ok && result.body.toString()).toBe('{"packed":true}');
    expect(result.ok && result.cut).toBe(false);
  });

  test('a bomb gives 64 KB, whether its bytes come to an end or not', async () => {
    make();
    const result = await send('/bomb');
    expect(result).toMatchObject({ ok: true, status: 200, cut: true });
    expect(result.ok && result.body.length).toBe(65_536);
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919 + (i >> 3) * 104729) & 255));
    receiver.on('/big-gzip', does.compressed(noise));
    expect(await send('/big-gzip')).toMatchObject({ ok: true, cut: true });
  });

  test('compressed bytes that cannot be read are not handed on', async () => {
    make();
    receiver.on('/broken', does.bytes('this is no gzip', { 'content-encoding': 'gzip' }));
    receiver.on('/unknown', does.bytes('secret stuff', { 'content-encoding': 'rot13' }));
    expect(await send('/broken')).toMatchObject({ ok: true, cut: true, body: Buffer.alloc(0) });
    expect(await send('/unknown')).toMatchObject({ ok: true, cut: true, body: Buffer.alloc(0) });
  });
});

describe('deadlines', () => {
  test.each(['/hang', '/drip'])('%s ends at the time-out of the whole exchange', async (path) => {
    make();
    receiver.on('/drip', does.drip(20));
    const result = await send(path, { timeoutMs: 300 });
    expect(result).toMatchObject({ ok: false, trouble: { class: 'retryable', code: 'timeout' } });
    expect(result.durationMs).toBeGreaterThanOrEqual(290);
    expect(result.durationMs).toBeLessThan(1_500);
  });

  test('a time-out that a process itself slept through is our own trouble', async () => {
    make();
    const arrived = receiver.requests.length;
    const result = send('/hang', { timeoutMs: 300 });
    while (receiver.requests.length === arrived) await new Promise((resolve) => setTimeout(resolve, 5));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200);
    expect(await result).toMatchObject({ ok: false, trouble: { class: 'ours', code: 'stood_still' } });
  });

  test('an answer that was there in time, but read a little late, is an answer', async () => {
    make();
    receiver.on('/busy', (_, response) => {
      response.end('here');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    });
    expect(await send('/busy', { timeoutMs: 300 })).toMatchObject({ ok: true, status: 200 });
  });

  test('a hanging request frees its connection for the next', async () => {
    make({ connectionsPerOrigin: 1 });
    const hung = send('/hang', { timeoutMs: 200 });
    const next = send('/next');
    expect(await hung).toMatchObject({ ok: false });
    expect(await next).toMatchObject({ ok: true, status: 200 });
  });

  test('what found no free connection in time was not sent, and is deferred', async () => {
    make({ connectionsPerOrigin: 1 });
    const hung = send('/hang', { timeoutMs: 600 });
    const crowded = await send('/crowded', { timeoutMs: 200 });
    expect(crowded).toMatchObject({ ok: false, trouble: { class: 'deferred', code: 'origin_busy' } });
    await hung;
    expect(await send('/after')).toMatchObject({ ok: true });
    expect(receiver.requests.some((r) => r.path === '/crowded')).toBe(false);
  });

  test('an abort is deferred, before and while it is open', async () => {
    make();
    const calling = new AbortController();
    const before = receiver.requests.length;
    const open = send('/hang', { signal: calling.signal });
    await receiver.waitFor(before + 1);
    calling.abort();
    expect(await open).toMatchObject({ ok: false, trouble: { class: 'deferred', code: 'aborted' } });
    expect(await send('/never', { signal: calling.signal })).toMatchObject({ trouble: { code: 'aborted' } });
    expect(receiver.requests).toHaveLength(before + 1);
  });

  test('a lost lease sends nothing, on a new connection and on a used one', async () => {
    make({ connectionsPerOrigin: 1 });
    const lost = { beforeFirstByte: () => false };
    const expected = { ok: false, trouble: { class: 'deferred', code: 'lost_lease' } };
    expect(await send('/lost', lost)).toMatchObject(expected);
    expect(await send('/kept', { beforeFirstByte: () => true })).toMatchObject({ ok: true });
    expect(await send('/lost', lost)).toMatchObject(expected);
    expect(await send('/kept')).toMatchObject({ ok: true });
    expect(receiver.requests.some((r) => r.path === '/lost')).toBe(false);
  });
});

describe('failures', () => {
  test('refused, reset, no such name, and nonsense each have their code', async () => {
    make({ lookup: async () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })) });
    const closed = await startReceiver();
    await closed.close();
    expect(await send(`${closed.url}/`)).toMatchObject({
      trouble: { class: 'retryable', code: 'refused' },
      address: '127.0.0.1',
    });
    expect(await send('/reset')).toMatchObject({ trouble: { class: 'retryable', code: 'reset' } });
    receiver.on('/half', does.reset('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'));
    expect(await send('/half')).toMatchObject({ trouble: { class: 'retryable', code: 'reset' } });
    receiver.on('/nonsense', does.reset('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(await send('/nonsense')).toMatchObject({ trouble: { class: 'retryable', code: 'protocol' } });
    expect(await send('http://nowhere.example/')).toMatchObject({ trouble: { class: 'retryable', code: 'dns' } });
  });

  test('endless headers end the exchange', async () => {
    make();
    receiver.on('/headers', (_, response) => {
      response.socket!.write(`HTTP/1.1 200 OK\r\n${`x-a: ${'y'.repeat(1000)}\r\n`.repeat(40)}\r\n`);
    });
    expect(await send('/headers')).toMatchObject({ trouble: { class: 'retryable', code: 'protocol' } });
  });

  test.each<[string, Partial<ExchangeRequest>]>([
    ['bad_header', { headers: [['Host', 'other.example']] }],
    ['bad_header', { headers: [['Transfer-Encoding', 'chunked']] }],
    ['bad_request', { headers: [['x-a', 'one\r\nx-b: two']] }],
    ['bad_request', { method: 'CONNECT' }],
    ['bad_request', { method: 'post x' }],
    ['bad_url', { url: 'ftp://127.0.0.1/' }],
  ])('%s is permanent and sends nothing', async (code, request) => {
    make();
    const before = receiver.requests.length;
    expect(await send('/x', request)).toMatchObject({ ok: false, trouble: { class: 'permanent', code } });
    expect(receiver.requests).toHaveLength(before);
  });

  test('after close nothing is taken, and what was open came to its end', async () => {
    make();
    let answer = () => {};
    receiver.on('/slow', (_, response) => {
      answer = () => response.end('done');
    });
    const before = receiver.requests.length;
    const open = send('/slow');
    await receiver.waitFor(before + 1);
    const closed = egress.close();
    expect(await send('/late')).toMatchObject({ trouble: { class: 'deferred', code: 'stopping' } });
    answer();
    expect(await open).toMatchObject({ ok: true });
    await closed;
  });
});

describe('a reused connection', () => {
  test('that the server closed meanwhile costs no attempt', async () => {
    const own = await startReceiver();
    make({ connectionsPerOrigin: 1 });
    for (let round = 1; round <= 20; round++) {
      expect(await send(`${own.url}/`)).toMatchObject({ ok: true });
      own.closeIdle();
    }
    expect(own.requests).toHaveLength(20);
    await own.close();
  });

  test('that breaks after the first byte sends nothing twice', async () => {
    let posts = 0;
    const server = createServer((socket: Socket) => {
      let first = true;
      socket.on('error', () => {});
      socket.on('data', () => {
        posts++;
        if (first) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        else socket.end();
        first = false;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
    make({ connectionsPerOrigin: 1 });
    expect(await send(url)).toMatchObject({ ok: true });
    expect(await send(url)).toMatchObject({ ok: false, trouble: { class: 'retryable', code: 'reset' } });
    expect(posts).toBe(2);
    server.close();
  });
});

describe('TLS', () => {
  test('a certificate is checked against the name, though the address is called', async () => {
    const secure = await startReceiver({ tls: ['good.example'] });
    const ca = [...rootCertificates, secure.certificate!];
    make({
      lookup: async () => [{ address: '127.0.0.1' }],
      connector: buildConnector({ ca, allowH2: false, timeout: 0 }),
    });
    const url = (host: string) => `https://${host}:${secure.port}/`;
    expect(await send(url('good.example'))).toMatchObject({ ok: true, address: '127.0.0.1' });
    expect(await send(url('bad.example'))).toMatchObject({ trouble: { class: 'retryable', code: 'tls' } });
    expect(await send(url('127.0.0.1'))).toMatchObject({ trouble: { class: 'retryable', code: 'tls' } });
    expect(secure.requests).toHaveLength(1);
    await secure.close();
  });

  test('a certificate that nobody vouches for, and a server without TLS', async () => {
    const secure = await startReceiver({ tls: ['127.0.0.1'] });
    make();
    expect(await send(`${secure.url}/`)).toMatchObject({ trouble: { class: 'retryable', code: 'tls' } });
    expect(await send(`https://127.0.0.1:${receiver.port}/`)).toMatchObject({
      trouble: { class: 'retryable', code: 'tls' },
    });
    expect(secure.requests).toHaveLength(0);
    await secure.close();
  });
});
