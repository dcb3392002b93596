import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { texts } from '../../escaping/index.ts';
import { Abort, TemplateError } from '../../language.ts';
import { createVelocity } from './index.ts';

const LIST = Array.from({ length: 1000 }, (_, i) => i);

function run(text: string): string {
  const scope = { name: 'Ann', list: LIST, map: { a: 1 }, long: ' '.repeat(20_000) };
  const pieces = createVelocity().parse(text, 'body').run(scope, { now: 0, fragments: false, automatic: false });
  return texts(pieces, 'plain').join('');
}

describe('nothing of JavaScript or Java is reachable', () => {
  test.each(
    [
      '$name.constructor',
      '$name.constructor.constructor("return process")()',
      '$map.__proto__',
      '$map.constructor.prototype',
      '$map.get("__proto__")',
      '$map["constructor"]',
      '$list.map',
      '$list.length',
      '$name.getClass().forName("java.lang.Runtime")',
      '$name.class.forName("java.lang.Runtime").getRuntime().exec("id")',
      '$mathTool.class',
      '$mathTool.methods',
      '$esc.constructor',
      '$date.toDate($ts).constructor',
      '$process',
      '$globalThis',
      '$require("fs")',
      '$toString',
      '$hasOwnProperty',
      '$foreach.constructor',
    ].map((template) => [template]),
  )('%s', (template) => {
    expect(run(`${template}|`).replace(template, '')).toMatch(/^(?:\(\))?\|$/);
  });

  test('and nothing is left behind', () => {
    run('#set($map.__proto__ = {"evil": 1})#set($x = {"__proto__": {"evil": 1}, "constructor": 2})$x.evil');
    expect(({} as Record<string, unknown>).evil).toBeUndefined();
    expect(run('#set($x = {"__proto__": {"evil": 1}})$x.evil $x.get("__proto__").evil')).toBe('$x.evil 1');
  });
});

describe('what would never end is ended', () => {
  const nested = (times: number, before: string, after: string) => before.repeat(times) + after.repeat(times);
  test.each([
    ['loops in loops', '#foreach($a in $list)#foreach($b in $list)#foreach($c in $list)#end#end#end'],
    ['long ranges', '#foreach($a in [1..999999999])x#end'],
    ['ranges in ranges', '#foreach($a in [1..900000])#foreach($a in [1..900000])x#end#end'],
    ['a macro that calls itself', '#macro(m)#m()#end#m()'],
    ['a macro that calls itself twice', '#macro(m $n)#m($n)#m($n)x#end#m(1)'],
    ['definitions that name one another', '#define($a)$b#end#define($b)$a#end$a'],
    ['a definition in its own text', '#define($a)x#set($t = "$a$a")$t#end$a'],
    ['evaluating for ever', "#set($e = '#evaluate($e)')#evaluate($e)"],
    ['texts that double', `#set($x = "xxxxxxxxxx")${'#set($x = "$x$x")'.repeat(40)}$x`],
    ['texts that double by a method', `#set($x = "xx")#foreach($i in $list)#set($x = $x.concat($x))#end`],
    ['repeating', '$name.repeat(999999999)'],
    ['repeating nothing', '#set($e = "")$e.repeat(999999999)'],
    ['lists that double', '#set($l = [1])#foreach($i in $list)#set($ok = $l.addAll($l))#end'],
    ['a list in itself', '#set($l = [1])#set($ok = $l.add($l))$l'],
    ['a map in itself', '#set($m = {})#set($m.m = $m)$m'],
    [
      'comparing lists in themselves',
      '#set($a = [])#set($b = [])#set($ok = $a.add($a))#set($ok = $b.add($b))#if($a == $b)x#end',
    ],
    ['lists of lists of lists', `#set($l = [1])${'#set($l = [$l,$l,$l,$l])'.repeat(30)}$l`],
    ['numbers that grow', '#set($x = 9)#foreach($i in $list)#set($x = $x * $x)#end$x'],
    ['a huge output', '#foreach($i in $list)#foreach($j in $list)$name$name$name#end#end'],
    ['deep parentheses', `#if(${nested(5000, '(', ')')})x#end`],
    ['deep lists', `#set($x = ${nested(5000, '[', ']')})`],
    ['deep blocks', nested(5000, '#if(true)', '#end')],
    ['deep strings', `#set($x = ${'$name.get('.repeat(3000)}1${')'.repeat(3000)})`],
    ['many nots', `#if(${'!'.repeat(100_000)}true)x#end`],
    ['a long search', '#foreach($i in $list)$list.contains("x")#end'],
    ['long splits', '#foreach($i in $list)#set($x = $long.split(" "))#end'],
    ['long patterns', '#foreach($i in $list)$long.matches("(a*)*b")#end'],
    [
      'many groups',
      '$long.replaceAll("((((((((( *)*)*)*)*)*)*)*)*)*x", "y")#foreach($i in [1..9999])$long.matches("( +)+x")#end',
    ],
  ])('%s', (_, template) => {
    const begun = performance.now();
    expect(() => run(template)).toThrow(TemplateError);
    // By a clock that other work shares; alone it is under half a second.
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  describe('long runs of one sign take no square of their length', () => {
    test.each([
      ['spaces before a line end', `${' '.repeat(200_000)}\n#if(true)x#end`],
      ['spaces before directives', `${' '.repeat(1000)}\n#set($a = 1)`.repeat(200)],
      ['digits', '#set($s = "1")#set($d = 1.5)$d.parseDouble($s.repeat(100000).concat("x"))'],
      ['quotes', `#set($x = ${'"'.repeat(100_000)}"")`],
      ['dollars', `${'$'.repeat(200_000)}name`],
      ['backslashes', `${'\\'.repeat(200_000)}$name`],
      ['commas', `$number.format("${','.repeat(400)}x", 1)`],
    ])('%s', (_, template) => {
      const begun = performance.now();
      try {
        run(template);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
      }
      expect(performance.now() - begun).toBeLessThan(2000);
    });
  });

  test('trimming a long run of spaces takes no square of its length', () => {
    expect(run('$long.concat("x").trim() $long.concat("x").concat($long).strip()')).toBe('x x');
  });
});

test('whatever is thrown at it ends, with output or an error of its own', () => {
  const bit = fc.constantFrom(
    ...'$ # { } ( ) [ ] " \' \\ ! . | , : = + - * / % < > && || ## #* *# #[[ ]]# #if( #else #elseif( #end #set( #foreach( in'.split(
      ' ',
    ),
    ...'#macro( #define( #evaluate( #stop #break #abort #literal() #m( #@m( $name $!{list} $map.a $list.get( $x 1 1.5 0 true null'.split(
      ' ',
    ),
    ' ',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(bit, { maxLength: 60 }), (bits) => {
      try {
        run(bits.join(''));
      } catch (error) {
        if (!(error instanceof TemplateError || error instanceof Abort)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});
