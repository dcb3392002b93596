import { createServer, type Server, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ConnectProxy, startConnectProxy } from '../../../tests/stage/proxy.ts';
import { type Receiver, startReceiver } from '../../../tests/stage/receiver.ts';
import { Clock } from '../clock.ts';
import { createEgress, type Egress, type EgressOptions, type ExchangeRequest, parseProxy } from './index.ts';

// A public address, which the stage's proxy leads to the receiver: nothing here leaves this machine.
const PUBLIC = '93.184.215.14';
const clock = new Clock();
let receiver: Receiver;
let proxy: ConnectProxy;
let egress: Egress;
let closing: { close(): unknown }[] = [];

beforeEach(async () => {
  receiver = await startReceiver();
  proxy = await startConnectProxy({ leadTo: receiver.port });
  closing = [receiver, proxy];
});
afterEach(async () => {
  await egress.close();
  for (const one of closing) await one.close();
});

function make(options: Partial<EgressOptions> = {}, url = `http://127.0.0.1:${proxy.port}`): Egress {
  egress = createEgress({ clock, allow: [], proxy: parseProxy(url), ...options });
  return egress;
}
const send = (url: string, request: Partial<ExchangeRequest> = {}) =>
  egress.exchange({ method: 'POST', url, headers: [], body: Buffer.from('{"a":1}'), timeoutMs: 5_000, ...request });
const lookup = (names: Record<string, string[]>) => async (host: string) =>
  (names[host] ?? []).map((address) => ({ address }));

test('plain HTTP goes through CONNECT too, to the address, and says so; connections are kept', async () => {
  make({ lookup: lookup({ 'api.example': [PUBLIC] }) });
  expect(await send('http://api.example:8080/x?y=1')).toMatchObject({
    ok: true,
    status: 200,
    address: PUBLIC,
    proxy: `127.0.0.1:${proxy.port}`,
  });
  for (let i = 0; i < 5; i++) await send('http://api.example:8080/again');
  expect(new Set(proxy.asked)).toEqual(new Set([`${PUBLIC}:8080`]));
  expect(proxy.asked.length).toBeLessThan(3);
  expect(proxy.others).toBe(0);
  expect(receiver.requests.map(({ url }) => url)).toEqual(['/x?y=1', ...Array(5).fill('/again')]);
  expect(receiver.requests[0]!.headers.host).toBe('api.example:8080');
  expect(receiver.requests[0]!.headers['proxy-authorization']).toBeUndefined();
});

test('TLS stands inside, checked against the name; the proxy sees the address alone', async () => {
  const secure = await startReceiver({ tls: ['api.example'] });
  const to = await startConnectProxy({ leadTo: secure.port });
  closing.push(secure, to);
  const url = `http://127.0.0.1:${to.port}`;
  const trusting = buildConnector({ allowH2: false, timeout: 0, ca: secure.certificate! });
  make({ lookup: lookup({ 'api.example': [PUBLIC], 'other.example': [PUBLIC] }), connector: trusting }, url);
  expect(await send('https://api.example/x')).toMatchObject({ ok: true, status: 200, address: PUBLIC });
  expect(await send('https://other.example/x')).toMatchObject({ trouble: { class: 'retryable', code: 'tls' } });
  expect(to.asked).toEqual([`${PUBLIC}:443`, `${PUBLIC}:443`]);
  await egress.close();
  make({ lookup: lookup({ 'api.example': [PUBLIC] }) }, url);
  expect(await send('https://api.example/x')).toMatchObject({ trouble: { class: 'retryable', code: 'tls' } });
  expect(secure.requests).toHaveLength(1);
});

test('an https proxy with credentials, TLS within TLS; an IPv6 address', async () => {
  const secure = await startReceiver({ tls: ['api.example'] });
  const to = await startConnectProxy({ leadTo: secure.port, tls: ['127.0.0.1'], credentials: 'me:p@ss: wörd' });
  closing.push(secure, to);
  const connector = buildConnector({ allowH2: false, timeout: 0, ca: secure.certificate! });
  const proxyConnector = buildConnector({ allowH2: false, timeout: 0, ca: to.certificate! });
  const names = lookup({ 'api.example': ['2606:4700::1'] });
  make({ lookup: names, connector, proxyConnector }, `https://me:p%40ss%3A%20w%C3%B6rd@127.0.0.1:${to.port}`);
  expect(await send('https://api.example/x')).toMatchObject({ ok: true, address: '2606:4700::1' });
  expect(to.asked).toEqual(['[2606:4700::1]:443']);
  await egress.close();
  // Its certificate is checked.
  make({ lookup: names, connector }, `https://127.0.0.1:${to.port}`);
  expect(await send('https://api.example/x')).toMatchObject({ trouble: { class: 'ours', code: 'proxy_unreachable' } });
});

test('forbidden addresses are never asked for, by number, by name, or by a name that changes', async () => {
  let asked = 0;
  make({
    lookup: async (host) => [
      {
        address:
          host === 'rebind.example' && asked++ === 0 ? PUBLIC : host === 'v6.example' ? '::1' : '169.254.169.254',
      },
    ],
    forbidden: [{ host: PUBLIC, port: 5432 }],
  });
  for (const url of [
    'http://127.0.0.1:1/',
    'http://2130706433/',
    'https://169.254.169.254/latest/',
    'http://metadata.example/',
    'http://v6.example/',
    `http://127.0.0.1:${proxy.port}/`,
    `http://${PUBLIC}:5432/`,
  ])
    expect(await send(url), url).toMatchObject({ trouble: { class: 'permanent', code: 'forbidden_address' } });
  expect(proxy.asked).toEqual([]);
  expect(await send('http://rebind.example/', { headers: [] })).toMatchObject({ ok: true });
  expect(proxy.asked).toEqual([`${PUBLIC}:80`]);
  expect(asked).toBe(1);
  receiver.closeIdle();
  await expect.poll(async () => (await send('http://rebind.example/')).ok).toBe(false);
  expect(proxy.asked).toEqual([`${PUBLIC}:80`]);
});

test.each([
  [403, 'ours', 'proxy_refused'],
  [407, 'ours', 'proxy_auth'],
  [500, 'ours', 'proxy_refused'],
  [502, 'retryable', 'unreachable'],
  [503, 'retryable', 'unreachable'],
  [504, 'retryable', 'unreachable'],
])('a proxy that answers %i is trouble of the class %s', async (status, cls, code) => {
  proxy.answer(status);
  make();
  const url = `http://me:secret@127.0.0.1:${proxy.port}`;
  await egress.close();
  make({}, url);
  const result = await send(`http://${PUBLIC}/`);
  expect(result).toMatchObject({ ok: false, trouble: { class: cls, code }, proxy: `127.0.0.1:${proxy.port}` });
  expect(!result.ok && result.trouble.message).toContain(String(status));
  expect(JSON.stringify(result)).not.toContain('secret');
  expect(receiver.requests).toEqual([]);
});

test('what a refusal closes is one address; a second request waits without being asked for', async () => {
  proxy.answer(403);
  make();
  expect(await send(`http://${PUBLIC}/`)).toMatchObject({ trouble: { class: 'ours', code: 'proxy_refused' } });
  proxy.answer(200);
  expect(await send(`http://${PUBLIC}/`)).toMatchObject({ trouble: { class: 'deferred', code: 'proxy_refused' } });
  expect(await send('http://93.184.215.15/')).toMatchObject({ ok: true });
  expect(proxy.asked).toEqual([`${PUBLIC}:80`, '93.184.215.15:80']);
  await expect.poll(async () => (await send(`http://${PUBLIC}/`)).ok, { timeout: 5_000 }).toBe(true);
});

test('a dead proxy is our own trouble, and it works again once it is back', async () => {
  const { port } = proxy;
  await proxy.close();
  closing = [receiver];
  make({}, `http://127.0.0.1:${port}`);
  const first = await send(`http://${PUBLIC}/`);
  expect(first).toMatchObject({ trouble: { class: 'ours', code: 'proxy_unreachable' } });
  expect(!first.ok && first.trouble.message).toContain('ECONNREFUSED');
  expect(await send('http://93.184.215.15/')).toMatchObject({
    trouble: { class: 'deferred', code: 'proxy_unreachable' },
  });
  proxy = await startConnectProxy({ leadTo: receiver.port }, port);
  closing.push(proxy);
  await expect.poll(async () => (await send(`http://${PUBLIC}/`)).ok, { timeout: 8_000 }).toBe(true);
});

/** A server of TCP that does with each connection what `behave` says. */
async function raw(behave: (socket: Socket) => void): Promise<number> {
  const held = new Set<Socket>();
  const server: Server = createServer((socket) => {
    held.add(socket.on('error', () => {}));
    behave(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push({
    close: () => {
      for (const socket of held) socket.destroy();
      server.close();
    },
  });
  return (server.address() as { port: number }).port;
}

test.each<[string, (socket: Socket) => void, string]>([
  ['closes', (socket) => socket.destroy(), 'proxy_closed'],
  ['ends', (socket) => socket.end(), 'proxy_closed'],
  ['speaks something else', (socket) => socket.end('SSH-2.0-x\r\n\r\n'), 'proxy_protocol'],
  ['says more than it was asked', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK'), 'proxy_protocol'],
  ['never ends its head', (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(4_000)}`), 'proxy_protocol'],
])('a proxy that %s is our own trouble', async (_, behave, code) => {
  make({}, `http://127.0.0.1:${await raw(behave)}`);
  expect(await send(`http://${PUBLIC}/`)).toMatchObject({ ok: false, trouble: { class: 'ours', code } });
});

test('while the proxy connects, the time runs against the other side; while nothing takes us, against us', async () => {
  proxy.answer(0);
  make();
  expect(await send(`http://${PUBLIC}/`, { timeoutMs: 300 })).toMatchObject({
    trouble: { class: 'retryable', code: 'timeout' },
  });
  await egress.close();
  const never: buildConnector.connector = () => {};
  make({ proxyConnector: never });
  expect(await send(`http://${PUBLIC}/`, { timeoutMs: 300 })).toMatchObject({
    trouble: { class: 'ours', code: 'proxy_unreachable' },
  });
  expect(await send(`http://${PUBLIC}/`, { timeoutMs: 5_000 })).toMatchObject({
    trouble: { class: 'ours', code: 'proxy_unreachable' },
  });
});

test('fifty at once share what connections there are', async () => {
  make({ connectionsPerOrigin: 4 });
  const results = await Promise.all(Array.from({ length: 50 }, () => send(`http://${PUBLIC}/many`)));
  expect(results.every((one) => one.ok)).toBe(true);
  expect(proxy.asked.length).toBeLessThanOrEqual(4);
});
