import { expect, test } from 'vitest';
import { alwaysUnder, isUnder, readPrefix } from './prefix.ts';

test('a prefix has one spelling, or is refused', () => {
  expect(readPrefix(' HTTPS://Api.Example:443/a/../v1 ')).toEqual({ prefix: 'https://api.example/v1' });
  expect(readPrefix('https://api.example')).toEqual({ prefix: 'https://api.example/' });
  for (const bad of [
    'api.example',
    'ftp://a.example',
    'https://u:p@a.example',
    'https://a.example/?x',
    'https://a.example/#x',
  ])
    expect([bad, 'message' in readPrefix(bad)]).toEqual([bad, true]);
});

test.each([
  ['https://a.example/v1', 'https://a.example/v1', true],
  ['https://a.example/v1', 'https://A.example:443/v1/x?y#z', true],
  ['https://a.example/v1', 'https://a.example/v12', false],
  ['https://a.example/v1/', 'https://a.example/v1', false],
  ['https://a.example/v1', 'https://a.example/v1/../v2', false],
  ['https://a.example/v1', 'https://a.example/v1/%2E%2e/v2', false],
  ['https://a.example/v1', 'https://a.example/v1/..%2fv2', false],
  ['https://a.example/v1', 'https://a.example/v1/%2e%2E%5cv2', false],
  ['https://a.example/v1', 'https://a.example/v1\\..\\v2', false],
  ['https://a.example/v1', 'http://a.example/v1', false],
  ['https://a.example/v1', 'https://a.example:8443/v1', false],
  ['https://a.example/', 'https://a.example.evil/', false],
  ['https://a.example/', 'https://a.example@evil/', false],
  ['https://a.example/', 'https://x:y@a.example/', false],
  ['https://a.example/', 'nothing', false],
])('%s is for %s: %s', (prefix, url, is) => {
  expect(isUnder(prefix, url)).toBe(is);
  expect(alwaysUnder(prefix, url)).toBe(is);
});

test.each([
  ['https://a.example/v1/{{ x }}', true],
  ['https://a.example/v1/x-{% if y %}', true],
  ['https://a.example/v1/$x', true],
  ['https://a.example/v1?x={{ y }}', true],
  ['https://a.example/v1{{ x }}', false],
  ['https://a.example/v1$x', false],
  ['https://a.example/[[ x ]]/v1', false],
  ['https://{{ x }}/v1', false],
])('whatever %s renders to lies under the prefix: %s', (template, is) => {
  expect(alwaysUnder('https://a.example/v1', template)).toBe(is);
});
