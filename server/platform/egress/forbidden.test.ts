import type { buildConnector } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { Clock } from '../clock.ts';
import { createEgress, type Egress, type EgressOptions } from './index.ts';

// Nothing here can send: every connection goes to a connector that only writes down where it would have gone.
const attempts: { hostname: string; servername: string | undefined }[] = [];
const record = ((target: buildConnector.Options, callback: buildConnector.Callback) => {
  attempts.push({ hostname: target.hostname, servername: target.servername });
  callback(Object.assign(new Error('recorded'), { code: 'ECONNREFUSED' }), null);
}) satisfies buildConnector.connector;

let egress: Egress;
function make(options: Partial<EgressOptions> & { names?: Record<string, string[]> } = {}): Egress {
  attempts.length = 0;
  const lookup = async (host: string) => (options.names?.[host] ?? []).map((address) => ({ address }));
  egress = createEgress({ clock: new Clock(), allow: [], connector: record, lookup, ...options });
  return egress;
}
afterEach(() => egress.close());

const send = (url: string) =>
  egress.exchange({ method: 'POST', url, headers: [], body: Buffer.from('{}'), timeoutMs: 5_000 });

describe('forbidden addresses', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://017700000001/',
    'http://0x7f.1/',
    'http://127.1/',
    'http://0/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/',
    'https://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1:8080/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
  ])('%s opens no socket', async (url) => {
    make();
    const result = await send(url);
    expect(result).toMatchObject({ ok: false, trouble: { class: 'permanent', code: 'forbidden_address' } });
    expect(attempts).toEqual([]);
  });

  test('a name is judged by its addresses, and the sentence says what to do', async () => {
    make({ names: { 'intern.example': ['10.1.2.3', 'fe80::1'] } });
    const result = await send('https://intern.example/x');
    expect(attempts).toEqual([]);
    expect(!result.ok && result.trouble.message).toBe(
      'Nothing was sent to intern.example (the address of intern.example): 10.1.2.3 is private. ' +
        'If this installation may call it, add it to HANDOFF_EGRESS_ALLOW',
    );
  });

  test('of mixed addresses only permitted ones are tried, by number, with the name for the certificate', async () => {
    make({ names: { 'mixed.example': ['127.0.0.1', '93.184.215.14', '10.0.0.1', '2606:4700::1'] } });
    await send('https://mixed.example/');
    expect(attempts).toEqual([
      { hostname: '93.184.215.14', servername: 'mixed.example' },
      { hostname: '2606:4700::1', servername: 'mixed.example' },
    ]);
  });

  test('rebinding: the name is resolved once a connection, and the checked address is the called one', async () => {
    let asked = 0;
    make({ lookup: async () => [{ address: asked++ === 0 ? '93.184.215.14' : '127.0.0.1' }] });
    expect(await send('http://rebind.example/')).toMatchObject({ ok: false, trouble: { code: 'refused' } });
    expect(attempts.map((a) => a.hostname)).toEqual(['93.184.215.14']);
    expect(await send('http://rebind.example/')).toMatchObject({ ok: false, trouble: { code: 'forbidden_address' } });
    expect(attempts).toHaveLength(1);
    expect(asked).toBe(2);
  });

  test('a name without addresses, or that gives nonsense, opens nothing', async () => {
    make({ names: { 'odd.example': ['not an address'] } });
    expect(await send('http://none.example/')).toMatchObject({ trouble: { class: 'retryable', code: 'dns' } });
    expect(await send('http://odd.example/')).toMatchObject({ trouble: { code: 'forbidden_address' } });
    expect(attempts).toEqual([]);
  });

  test('our own database is refused though its address is allowed, by every address of the machine', async () => {
    make({
      allow: ['127.0.0.0/8', '::1', '10.0.0.0/8'],
      forbidden: [
        { host: 'localhost', port: 5432 },
        { host: 'db.example', port: 6000 },
      ],
      names: { localhost: ['127.0.0.1'], 'db.example': ['10.0.0.5'], 'other.example': ['::ffff:10.0.0.5'] },
    });
    for (const url of [
      '127.0.0.1:5432',
      '127.0.0.9:5432',
      '[::1]:5432',
      'localhost:5432',
      '10.0.0.5:6000',
      'other.example:6000',
    ])
      expect(await send(`http://${url}/`), url).toMatchObject({ trouble: { code: 'forbidden_address' } });
    expect(attempts).toEqual([]);
    for (const url of ['127.0.0.1:5433', '10.0.0.5:5432', '10.0.0.6:6000'])
      expect(await send(`http://${url}/`), url).toMatchObject({ trouble: { code: 'refused' } });
    expect(attempts).toHaveLength(3);
  });

  test('when the database name cannot be resolved, its port is closed: ours, not the endpoint’s', async () => {
    make({
      forbidden: [{ host: 'db.example', port: 5432 }],
      lookup: async (host) => {
        if (host === 'db.example') throw Object.assign(new Error('no'), { code: 'ENOTFOUND' });
        return [{ address: '93.184.215.14' }];
      },
    });
    expect(await send('http://x.example:5432/')).toMatchObject({ trouble: { class: 'ours' } });
    expect(attempts).toEqual([]);
  });

  test.each([
    ['EMFILE', 'ours'],
    ['EADDRNOTAVAIL', 'ours'],
    ['ENETUNREACH', 'retryable'],
    ['UND_ERR_SOCKET', 'retryable'],
    ['UND_ERR_INFO', 'retryable'],
  ])('an error %s while connecting ends the exchange as %s', async (code, cls) => {
    make({
      connector: (_target, callback) => callback(Object.assign(new Error('no'), { code }), null),
    });
    const result = await send('http://93.184.215.14/');
    expect(result).toMatchObject({ ok: false, trouble: { class: cls } });
    expect(result.durationMs).toBeLessThan(2_000);
  });
});
