import { expect, test } from 'vitest';
import { loginIn } from './credential-in-url.ts';

test('user name and password are found in a URL and taken out', () => {
  expect(loginIn('https://ann:p%40ss:x@Api.Example:8443/a?b={{ c }}#d')).toEqual({
    url: 'https://Api.Example:8443/a?b={{ c }}#d',
    host: 'Api.Example:8443',
    prefix: 'https://api.example:8443/',
    username: 'ann',
    password: 'p@ss:x',
  });
  expect(loginIn('http://key@api.example')).toMatchObject({ url: 'http://api.example', username: 'key', password: '' });
  expect(loginIn('https://a@b:c@api.example/')).toMatchObject({ username: 'a@b', password: 'c' });
});

test.each([
  'https://api.example/a@b',
  'https://api.example?x=a:b@c',
  'https://{{ customer.name }}:x@api.example/',
  'ftp://a:b@api.example/',
  'ann:pass@api.example',
  'https://ann:pass@',
])('nothing is taken out of %s', (url) => {
  expect(loginIn(url)).toBeNull();
});
