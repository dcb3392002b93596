import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Target, texts } from '../../escaping/index.ts';
import { createVelocity } from './index.ts';

const NASTY = 'a"b\\c\nd\u2028e</x>&\'👋 +%$name #end';

function escaped(text: string, target: Target, customer: Record<string, unknown>): string {
  const options = { now: 0, fragments: target === 'json', automatic: true };
  return texts(createVelocity().parse(text, 'body').run({ customer }, options), target).join('');
}

function json(text: string, customer: Record<string, unknown>): unknown {
  return JSON.parse(escaped(text, 'json', customer));
}

describe('JSON', () => {
  test('in strings, as values, from variables, macros and definitions', () => {
    const body =
      '#macro(kv $k $v)"$k":"$!v"#end#define($d)<$x>#end#set($y = "[$x]")' +
      '{"a":"$x","b":$x,"c":"$y","d":"$d","e":[#foreach($i in $l){"i":"$i"}#if($foreach.hasNext),#end#end],#kv("f" $x),' +
      '"g":"$x.toUpperCase().toLowerCase()","h":"#evaluate($t)"}';
    const customer = { x: NASTY, l: ['"', '\\'], t: '"$n"', n: '"' };
    expect(json(body, customer)).toEqual({
      a: NASTY,
      b: NASTY,
      c: `[${NASTY}]`,
      d: `<${NASTY}>`,
      e: [{ i: '"' }, { i: '\\' }],
      f: NASTY,
      g: NASTY,
      h: '"""',
    });
  });

  test('values of their own keep their type; nothing is null', () => {
    const body =
      '{"n":$n,"t":$t,"z":$!none,"q":"$!none","l":$l,"m":$m,"s":"$l","c":#set($c = $n + 0.5)$c,"w":#set($w = 2.0)$w}';
    expect(json(body, { n: 3, t: true, l: [1, '"'], m: { k: null } })).toEqual({
      n: 3,
      t: true,
      z: null,
      q: '',
      l: [1, '"'],
      m: { k: null },
      s: '[1, "]',
      c: 3.5,
      w: 2,
    });
  });

  test('the author’s own structure stays; data never becomes structure', () => {
    expect(json('#set($o = \'{"a":1}\')$o', {})).toEqual({ a: 1 });
    expect(json('#set($o = "{""a"":""$x""}")$o', { x: '","b":"' })).toEqual({ a: '","b":"' });
    expect(json('{"a":$x}', { x: '1,"b":2' })).toEqual({ a: '1,"b":2' });
    expect(json('{"a":$esc.none($x),"b":$esc.json($m)}', { x: '[1]', m: { k: '"' } })).toEqual({
      a: [1],
      b: { k: '"' },
    });
  });

  test('what was escaped by hand is not escaped again', () => {
    expect(json('{"a":"$esc.javascript($x)","b":"$esc.java($x)"}', { x: NASTY })).toEqual({ a: NASTY, b: NASTY });
  });
});

describe('other places', () => {
  test('URL, form and XML', () => {
    expect(decodeURIComponent(escaped('$x', 'url', { x: NASTY }))).toBe(NASTY);
    expect(escaped('a=$esc.url($x)', 'url', { x: 'ä b' })).toBe('a=%C3%A4+b');
    expect(new URLSearchParams(escaped('a=$x&b=$!y&c=1', 'form', { x: NASTY })).get('a')).toBe(NASTY);
    expect(escaped('<a b="$x">$esc.xml($x)</a>', 'xml', { x: '<"' })).toBe('<a b="&lt;&quot;">&lt;&quot;</a>');
  });

  test('conditions and methods see the data, not what is done to them', () => {
    const body = '#if($x == "<")a#end#if("$x" == "<" && $x.length() == 1)b#end#set($m = {$x: 1})#if($m.get("$x"))c#end';
    expect(escaped(body, 'xml', { x: '<' })).toBe('abc');
  });
});

test('any data in any place comes back as it was', () => {
  const text =
    '#macro(m $v)$v#end{"a":"$x","b":"#m($x)$!{y}","c":[$x],"d":"$x.concat($y)","e":"$x.replace(""b"", ""c"")"}';
  const template = createVelocity().parse(text.replace('""b"", ""c""', "'b', 'c'"), 'body');
  const data = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(data, data, (x, y) => {
      const pieces = template.run({ customer: { x, y } }, { now: 0, fragments: true, automatic: true });
      const made = JSON.parse(texts(pieces, 'json').join(''));
      const [wellX, wellY] = [x.toWellFormed(), y.toWellFormed()];
      expect(made.a).toBe(wellX);
      expect(made.b).toBe(wellX + wellY);
      expect(made.c).toHaveLength(1);
      expect(made.e).toBe(x.replaceAll('b', 'c').toWellFormed());
    }),
    { numRuns: 50 },
  );
});
