import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { expect, test } from 'vitest';
import { helpText, readConfig } from './config.ts';

const secret = 's'.repeat(32);
const url = 'postgres://someone:pw@db.example:6432/handoff';

test('an empty environment is a whole configuration', () => {
  const config = readConfig({ PORT: '', HOST: ' ' }, []);
  expect(config).toMatchObject({
    port: 4000,
    host: '127.0.0.1',
    databaseUrl: null,
    secret: null,
    apiKey: null,
    publicUrl: 'http://127.0.0.1:4000',
    trustProxy: false,
    egressAllow: [],
    egressProxy: null,
    egressAddresses: [],
    roles: ['api', 'engine', 'delivery'],
    followParent: false,
  });
  expect(isAbsolute(config.dataFolder)).toBe(true);
});

test('settings are read', () => {
  const config = readConfig(
    {
      DATABASE_URL: url,
      HANDOFF_SECRET: secret,
      HOST: '::1',
      PORT: '80',
      HANDOFF_EGRESS_ALLOW: '10.0.0.0/8, ::1',
      HANDOFF_EGRESS_PROXY: 'https://me:p%40ss@proxy.example',
      HANDOFF_EGRESS_ADDRESSES: '203.0.113.7',
      HANDOFF_TRUST_PROXY: '10.0.0.1',
    },
    ['--roles', 'delivery,engine'],
  );
  expect(config).toMatchObject({
    publicUrl: 'http://[::1]:80',
    egressAllow: ['10.0.0.0/8', '::1'],
    egressProxy: { name: 'proxy.example:443', authorization: `Basic ${btoa('me:p@ss')}` },
    egressAddresses: ['203.0.113.7'],
    trustProxy: ['10.0.0.1'],
    forbidden: [{ host: 'db.example', port: 6432 }],
    roles: ['engine', 'delivery'],
  });
  expect(
    readConfig({ DATABASE_URL: 'postgres:///handoff?host=/run/postgresql', HANDOFF_SECRET: secret }, []).forbidden,
  ).toEqual([]);
  expect(readConfig({ HANDOFF_PUBLIC_URL: 'https://x.example/h/' }, []).publicUrl).toBe('https://x.example/h');
  expect(readConfig({ HANDOFF_TRUST_PROXY: '2' }, []).trustProxy).toBe(2);
});

test('secrets come from files too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-config-'));
  const file = join(folder, 'secret');
  writeFileSync(file, `${secret}\n`);
  expect(readConfig({ HANDOFF_SECRET_FILE: file }, []).secret).toBe(secret);
  expect(() => readConfig({ HANDOFF_SECRET_FILE: file, HANDOFF_SECRET: secret }, [])).toThrow('both set');
  expect(() => readConfig({ HANDOFF_API_KEY_FILE: join(folder, 'none') }, [])).toThrow("can't be read");
  rmSync(folder, { recursive: true });
});

test.each<[Record<string, string>, string[], string]>([
  [{ PORT: '70000' }, [], 'PORT'],
  [{ PORT: '4e3' }, [], 'PORT'],
  [{ HOST: 'http://x' }, [], 'HOST'],
  [{ DATABASE_URL: 'mysql://x/y', HANDOFF_SECRET: secret }, [], 'DATABASE_URL'],
  [{ DATABASE_URL: url }, [], 'HANDOFF_SECRET must be set'],
  [{ HANDOFF_SECRET: 'short' }, [], 'HANDOFF_SECRET has 5'],
  [{ HANDOFF_API_KEY: 'short' }, [], 'HANDOFF_API_KEY'],
  [{ HANDOFF_API_KEY: `${secret} with a space` }, [], 'HANDOFF_API_KEY'],
  [{ HANDOFF_PUBLIC_URL: 'handoff.example' }, [], 'HANDOFF_PUBLIC_URL'],
  [{ HANDOFF_TRUST_PROXY: 'yes' }, [], 'HANDOFF_TRUST_PROXY'],
  [{ HANDOFF_EGRESS_ALLOW: '10.0.0.0/33' }, [], 'HANDOFF_EGRESS_ALLOW'],
  [{ HANDOFF_EGRESS_PROXY: 'socks5://proxy:1080' }, [], 'HANDOFF_EGRESS_PROXY'],
  [{ HANDOFF_EGRESS_PROXY: 'http://proxy:3128/path' }, [], 'HANDOFF_EGRESS_PROXY'],
  [{ HANDOFF_EGRESS_ADDRESSES: 'example.com' }, [], 'HANDOFF_EGRESS_ADDRESSES'],
  [{ HANDOFF_LOG: 'loud' }, [], 'HANDOFF_LOG'],
  [{ HANDOFF_FOLLOW_PARENT: 'x' }, [], 'HANDOFF_FOLLOW_PARENT'],
  [{}, ['--roles', 'api'], 'DATABASE_URL'],
  [{}, ['--roles', 'cook'], '"cook"'],
  [{}, ['--roles'], '--roles wants'],
  [{}, ['--port', '1'], '"--port"'],
])('%j %j is refused in one sentence', (env, argv, said) => {
  expect(() => readConfig(env, argv)).toThrow(said);
});

test('a secret is never quoted', () => {
  expect(() => readConfig({ HANDOFF_EGRESS_PROXY: 'http://u:topsecret%@proxy:3128' }, [])).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('topsecret') }),
  );
  const key = 'key with spaces 0123456789';
  expect(() => readConfig({ HANDOFF_API_KEY: key }, [])).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(key) }),
  );
});

test('the help names every setting', () => {
  for (const name of ['PORT', 'DATABASE_URL', 'HANDOFF_DATA', 'HANDOFF_SECRET', '_FILE', '--roles']) {
    expect(helpText()).toContain(name);
  }
});
