import { describe, expect, test } from 'vitest';
import { parseCidr } from './address.ts';
import { targetOf } from './target.ts';
import { addressVerdict } from './verdict.ts';

const FORBIDDEN = [
  ...[
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
  ],
  ...['168.63.129.16', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.168.1.1', '198.18.0.1'],
  ...['198.19.255.255', '198.51.100.7', '203.0.113.7', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::127.0.0.1', '::ffff:0:127.0.0.1'],
  ...['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '100::1', '2001::1', '2001:2::1', '2001:db8::1'],
  ...[
    '2002:7f00:1::',
    '2002:0808:0808::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
  ],
  ...['fec0::1', 'ff02::1', '4000::1', '2a00:1450::5efe:10.0.0.1', '2a00:1450::200:5efe:7f00:1', 'localhost', ''],
];
const PUBLIC = ['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.255.255', '100.128.0.1', '2606:4700::1111'];

describe('addresses', () => {
  test.each(FORBIDDEN)('%s is refused', (address) => {
    const verdict = addressVerdict(address);
    expect(verdict.allowed).toBe(false);
    expect(verdict.sentence).toContain(address);
  });

  test.each([...PUBLIC, '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])('%s is public', (address) => {
    expect(addressVerdict(address).allowed).toBe(true);
  });

  test('allowed ranges open what they name, and nothing beside it', () => {
    const allow = ['10.1.0.0/16', '127.0.0.0/8', 'fd00::/8', '::1'].map(parseCidr);
    for (const address of ['10.1.2.3', '127.0.0.1', 'fd12::1', '::1', '::ffff:10.1.2.3', '64:ff9b::10.1.2.3'])
      expect(addressVerdict(address, allow).allowed, address).toBe(true);
    for (const address of ['10.2.0.1', '192.168.0.1', 'fe80::1', '0.0.0.0', '::', '::127.0.0.1'])
      expect(addressVerdict(address, allow).allowed, address).toBe(false);
  });

  test('the unspecified address stays closed even to 0.0.0.0/0 and ::/0', () => {
    const allow = ['0.0.0.0/0', '::/0'].map(parseCidr);
    expect(addressVerdict('0.0.0.0', allow).allowed).toBe(false);
    expect(addressVerdict('::', allow).allowed).toBe(false);
    expect(addressVerdict('127.0.0.1', allow).allowed).toBe(true);
  });

  test.each([
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    'localhost',
    '1.2.3.4/8/8',
    'fe80::1%eth0/64',
  ])('"%s" is no range', (text) => {
    expect(() => parseCidr(text)).toThrow(/no address range/);
  });
});

describe('URLs', () => {
  test.each([
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f000001/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://127.0.0.1./', '127.0.0.1'],
    ['http://①②⑦.⓪.⓪.①/', '127.0.0.1'],
    ['http://0/', '0.0.0.0'],
    ['http://[::ffff:127.0.0.1]/', '[::ffff:7f00:1]'],
    ['http://[0:0:0:0:0:0:0:1]/', '[::1]'],
  ])('%s means %s', (url, host) => {
    expect(targetOf(url)).toMatchObject({ host });
  });

  test.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://user:pass@example.com/',
    'http://user@example.com/',
    'http://{{host}}/',
    'https://{{ profile.host }}/',
    'http://',
    'example.com/a',
    'http://a b/',
    'http://example.com:0/',
    'http://[fe80::1%25eth0]/',
    '',
  ])('%s is refused for good', (url) => {
    expect(targetOf(url)).toMatchObject({ class: 'permanent', code: 'bad_url' });
  });

  test('path and query are kept, the fragment is not sent', () => {
    expect(targetOf('https://Example.com/a%20b?c={d}#e')).toEqual({
      origin: 'https://example.com',
      host: 'example.com',
      path: '/a%20b?c={d}',
    });
  });
});
