import { describe, expect, test } from 'vitest';
import type { WriteMode } from '../../../shared/mapping.ts';
import { toJson } from '../../platform/json.ts';
import { extract, pathError, query } from './index.ts';

const body =
  '{"id":12345678901234567890,"price":12.50,"name":"Ann","none":null,"tags":["a","b"],"n":"007","o":{"x":1}}';

function one(path: string, mode: WriteMode = 'set', text = body): string {
  const { changes, refused } = extract({ rules: [{ path, attribute: 'a', mode }], body: text });
  return changes.length > 0 ? toJson(changes[0]!.value) : refused[0]!.reason;
}

describe('mapping', () => {
  test('numbers stay as they were written', () => {
    expect(one('$.id')).toBe('12345678901234567890');
    expect(one('$.price')).toBe('12.50');
    expect(one('$.price', 'sum')).toBe('12.50');
    expect(one('$[?@ == 12.5]')).toBe('12.50');
  });

  test('bare names and brackets mean paths from the root', () => {
    expect(one('name')).toBe('"Ann"');
    expect(one("['name']")).toBe('"Ann"');
    expect(one('tags[0]')).toBe('"a"');
  });

  test('no match, several, null', () => {
    expect(one('$.nope')).toBe('no match');
    expect(one('$.tags[*]')).toBe('["a","b"]');
    expect(one('$.tags')).toBe('["a","b"]');
    expect(one('$.none')).toBe('null');
    for (const mode of ['set_if_empty', 'add_to_list', 'sum'] as const) {
      expect(one('$.none', mode)).toBe(`null is not written by ${mode}`);
    }
  });

  test('sum takes numbers, also as text, and nothing else', () => {
    expect(one('$.n', 'sum')).toBe('7');
    expect(one('$.name', 'sum')).toBe('sum needs a number, and found text that is not a number');
    expect(one('$.tags', 'sum')).toBe('sum needs a number, and found a list');
    expect(one('$.o', 'sum')).toBe('sum needs a number, and found a map');
    expect(one('$.tags[*]', 'sum')).toBe('several values cannot be added by sum');
  });

  test('what is not JSON refuses every rule; a bad path only its own', () => {
    expect(one('$.a', 'set', '<html>')).toBe('response is not JSON');
    const rules = [
      { path: '$[', attribute: 'a', mode: 'set' as const },
      { path: 'name', attribute: 'b', mode: 'set' as const },
    ];
    const { changes, refused } = extract({ rules, body });
    expect(changes).toEqual([{ attribute: 'b', mode: 'set', value: 'Ann' }]);
    expect(refused).toHaveLength(1);
  });

  test('NUL and lone surrogates become U+FFFD', () => {
    expect(one('$.a', 'set', '{"a":"x\\u0000y\\ud800"}')).toBe('"x\ufffdy\ufffd"');
  });

  test('names of JavaScript find nothing', () => {
    for (const path of ['constructor', '__proto__', '$.tags.length', '$..constructor', 'toString']) {
      expect(one(path)).toBe('no match');
    }
  });
});

describe('bounds', () => {
  test('expressions run in linear time', () => {
    const text = JSON.stringify({ a: [{ b: `${'a'.repeat(30_000)}!` }] });
    const start = performance.now();
    for (const pattern of ['(a+)+', '(a|a)*b', '(a*)*b', '([a-z]+)*c', '(.*a){20}']) {
      expect(one(`$.a[?match(@.b, '${pattern}')]`, 'set', text)).toBe('no match');
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('a path that touches too much is refused', () => {
    const wide = JSON.stringify(Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => ({ a: 1 }))));
    expect(one('$..*..*..*..nope', 'set', wide)).toBe('the path touches too many values');
  });

  test('expressions are I-Regexp', () => {
    const found = (pattern: string) => query(`$[?match(@, '${pattern}')]`, ['a.b', 'axb', 'a', '5', '-']).length;
    expect(found('a\\\\.b')).toBe(1);
    expect(found('[\\\\p{Nd}]')).toBe(1);
    expect(found('[-a]')).toBe(2);
    for (const bad of ['\\\\d', 'a**', '(?:a)', '[a', '(', 'a{,2}', '[[:alpha:]]', '\\\\b']) expect(found(bad)).toBe(0);
  });

  test('errors of paths name a column of the path as written', () => {
    expect(pathError('$.a')).toBeNull();
    expect(pathError('a b')?.column).toBe(3);
    expect(pathError('$.a[?')?.message).toBeTruthy();
  });
});
