// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Velocity's
import { describe, expect, test } from 'vitest';
import { holdsPlaceholder } from '../../../../../shared/placeholder.ts';
import { parseJson } from '../../../../platform/json.ts';
import { texts } from '../../escaping/index.ts';
import { Abort, TemplateError } from '../../language.ts';
import { createVelocity } from './index.ts';

const NOW = Date.UTC(2026, 0, 31, 10, 20, 30);
const SCOPE =
  '{"name":"Ann","n":3,"price":12.50,"big":12345678901234567890,"none":null,"off":false,"empty":"","list":["a","b","c"],' +
  '"map":{"city":"Lviv","zip":"79000"},"items":[{"sku":"m1","qty":2,"price":1.5},{"sku":"t2","qty":1,"price":2}],' +
  '"ts":1706696430000,"iso":"2024-01-31T10:20:30Z"}';

function run(text: string, scope: string = SCOPE): string {
  const pieces = createVelocity()
    .parse(text, 'body')
    .run(parseJson(scope) as Record<string, unknown>, { now: NOW, fragments: false, automatic: false });
  return texts(pieces, 'plain').join('');
}

function failure(text: string): TemplateError {
  try {
    run(text);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('no error');
}

function table(rows: [string, string][]): void {
  test.each(rows)('%s', (template, wanted) => {
    expect(run(template)).toBe(wanted);
  });
}

describe('references', () => {
  table([
    ['$name ${name}s $!name $!{name}! $name.', 'Ann Anns Ann Ann! Ann.'],
    [
      '$nope ${nope} $!nope|$!{nope}| $none $map.nope.deep $name.foo()',
      '$nope ${nope} || $none $map.nope.deep $name.foo()',
    ],
    ['${nope|"x"} ${name|"x"} ${empty|$n} ${nope|${none|1}}', 'x Ann 3 1'],
    [
      '$map.city $map.get("zip") $map["city"] ${map.city}! $list[0] $list[-1] $list.get(1)',
      'Lviv 79000 Lviv Lviv! a c b',
    ],
    ['$map $list $off $price $big', '{city=Lviv, zip=79000} [a, b, c] false 12.50 12345678901234567890'],
    ['$name-$name $name{x} {$name} {{$name}} ($name)', 'Ann-Ann Ann{x} {Ann} {{Ann}} (Ann)'],
    ['\\$name \\\\$name \\$nope $\\!name', '$name \\Ann \\$nope $!name'],
  ]);
});

describe('text that is not Velocity survives', () => {
  table([
    [
      '{"k":"$","l":"#","m":"$$","p":"US$5 #1 50%","r":"^[a-z]+$"} ',
      '{"k":"$","l":"#","m":"$$","p":"US$5 #1 50%","r":"^[a-z]+$"} ',
    ],
    [
      'https://x.io/#/path?a=$1&b=#top ${ } $. $[0] #{ #foo() \\n \\"',
      'https://x.io/#/path?a=$1&b=#top ${ } $. $[0] #{ #foo() \\n \\"',
    ],
    ['#[[ $name #if ]]# \\#if \\#foo', ' $name #if  #if \\#foo'],
    ['a ## b\nc #* d\n *#e', 'a c e'],
  ]);

  test('a text without placeholders is not even read', () => {
    expect(holdsPlaceholder('costs 5$ or #1 {"a":"$"}', 'velocity')).toBe(false);
    expect(holdsPlaceholder('https://x.io/?a=$!{name}', 'velocity')).toBe(true);
  });
});

describe('directives', () => {
  table([
    ['#set($x = 1)$x#set($x.y = 2)#set($m = {"a": [1, "$name", \'$name\']})$m', '1{a=[1, Ann, $name]}'],
    ['#set($map.city = "Kyiv")#set($list[0] = "z")$map.city $list', 'Kyiv [z, b, c]'],
    ['#set($name = $nope)$!name|', '|'],
    ['#if($n > 2 && !$off)a#elseif(true)b#{else}c#end#if($empty)d#else e#end', 'a e'],
    ['#if($nope || $none || $off || $empty || 0 || [] || {})a#{else}b#end', 'b'],
    ['#if($n == "3" and $n ge 3 and not ($n lt 3))a#end', 'a'],
    ['#foreach($i in $list)$foreach.count$i#if($foreach.hasNext),#end#end', '1a,2b,3c'],
    [
      '#foreach($v in $map)$v;#end#foreach($i in [3..1])$i#if($i == 2)#break#end#end#foreach($i in [])x#else none#end',
      'Lviv;79000;32 none',
    ],
    [
      '#foreach($a in [1,2])#foreach($b in [1,2])$foreach.parent.count$foreach.index#end#end$!a$foreach.count',
      '10112021$foreach.count',
    ],
    [
      '#macro(pair $a $b = 7)$a/$b#end#pair(1)#pair($name, 2) #late()#macro(late)L$bodyContent#end#@late()<$name>#end',
      '1/7Ann/2 L$bodyContentL<Ann>',
    ],
    ['#macro(m $x)$x#set($x = 5)$x#end#m($nope)$!x', '$nope5'],
    ['#define($d)Hi $who#end#set($who = "A")$d #set($t = "<$d>")$t', 'Hi A<Hi A>'],
    ['#evaluate("#set($z = 1)$name")$z#evaluate($nope)', 'Ann1'],
    ['a#if(true)b#stop c#end d', 'ab'],
    ['#literal()$name#end', '$name'],
  ]);

  test('a change is seen by no other run', () => {
    const template = createVelocity().parse('$list.add("x")$list.size()', 'body');
    const scope = { list: ['a'] };
    for (let i = 0; i < 2; i++) {
      const pieces = template.run(scope, { now: NOW, fragments: false, automatic: false });
      expect(texts(pieces, 'plain').join('')).toBe('true2');
    }
    expect(scope).toEqual({ list: ['a'] });
  });
});

describe('white space', () => {
  table([
    ['a\n  #if(true)\n  b\n  #else\n  c\n  #end\nd', 'a\n  b\nd'],
    ['a #if(true)b#end\nc', 'a b\nc'],
    ['x\n#set($a = 1)\ny $name #set($b = 2)z', 'x\ny Annz'],
    ['#macro(m)\n  b\n#end\n  #m()\nc', '  b\nc'],
    ['#foreach($i in [1, 2])\n$i\n#end\nx', '1\n2\nx'],
    ['a\r\n#if(true)\r\nb\r\n#end\r\nc', 'a\r\nb\r\nc'],
  ]);
});

describe('arithmetic', () => {
  table([
    ['#set($x = 7 / 2)$x#set($x = 7 / 2.0)$x#set($x = -7 % 3)$x', '33.5-1'],
    ['#set($x = 2 + 3 * 4 - 1)$x #set($x = (2 + 3) * 4)$x #set($x = -$n)$x', '1320-3'],
    ['#set($x = 9223372036854775807 + 1)$x', '9223372036854775808'],
    ['#set($x = 10000000.0)$x #set($x = 2.5 * 2)$x #set($x = 0.0001)$x', '1.0E75.01.0E-4'],
    ['#set($x = "a" + 1 + $nope)$x#set($x = $n / 0)[$x]#set($x = $off + 1)[$x]', 'a1$nope[$x][$x]'],
  ]);
});

describe('methods', () => {
  table([
    ['$name.toUpperCase() $name.substring(1).length() $name.replace("n", "m") $name.indexOf("n")', 'ANN 2 Amm 1'],
    [
      '#set($p = "a,b,,c,,")$p.split(",") $p.split(",").size() $name.matches("[A-Z].*") $p.replaceAll("(.),", "<$1>")',
      '[a, b, , c] 4 true <a><b>,<c>,',
    ],
    [
      '$list.contains("b") $list.indexOf("c") $list.subList(0, 2) $list.isEmpty() $list.empty',
      'true 2 [a, b] false false',
    ],
    [
      '$map.keySet() $map.containsKey("zip") #foreach($e in $map.entrySet())$e.key:$e.getValue() #end',
      '[city, zip] true city:Lviv zip:79000 ',
    ],
    ['$n.compareTo(2) $n.equals(3) $n.intValue() $n.parseInt("42") $off.toString()', '1 true 3 42 false'],
  ]);
});

describe('tools', () => {
  table([
    [
      '$mathTool.add($n, "1.5") $math.div(7, 2) $math.mul(0.5, 2) $math.roundTo(2, 3.14159) $math.toInteger("19.9")',
      '4.5 3.5 1 3.14 19',
    ],
    ['$math.getTotal($items, "price") $math.max(1, 2.5) $math.idiv(7, 2) $!math.div(1, 0)|', '3.5 2.5 3 |'],
    [
      '$number.format("0.00", 1.005) $number.format(\'#,##0.00\', 1234567.891) $number.format("currency", -5)',
      '1.00 1,234,567.89 -$5.00',
    ],
    ['$number.format("0.0", 0.25) $number.format("percent", 0.256) $number.format("0;(0)", -5)', '0.2 26% (5)'],
    [
      '$date.format("yyyy-MM-dd\'T\'HH:mm:ssXXX", $ts) $date.format("EEE d MMM yy h:mm a", $iso)',
      '2024-01-31T10:20:30Z Wed 31 Jan 24 10:20 AM',
    ],
    [
      '$dateTool.toDate("dd.MM.yyyy HH:mm", "05.07.2024 09:03").time $date.get("yyyy") $date.year',
      '1720170180000 2026 2026',
    ],
    [
      '$esc.url("a b&é") $esc.xml("<é\'>") $esc.javascript("it\'s") $esc.javascript(\'x"\') $esc.html("é<") $esc.d$esc.h',
      'a+b%26%C3%A9 &lt;&#233;&apos;&gt; it\\\'s x\\" &eacute;&lt; $#',
    ],
  ]);
});

describe('what eSputnik’s workflows say', () => {
  const responses = { WH5: { promocode: 'SPRING' }, contacts_get_by_email: [{ id: '48213377' }] };
  const scope = JSON.stringify({
    customer: { email: 'a@x.io', TOWN: 'Lviv', id: 'prf_1' },
    event: { email: 'b@x.io', orderId: 7 },
    responses,
  });
  test.each([
    ['${email} $TOWN $orderId $customer.email', 'b@x.io Lviv 7 a@x.io'],
    [
      "$data.get('WH5').get('promocode') $!mathTool.toInteger($data.contacts_get_by_email.get(0).id)",
      'SPRING 48213377',
    ],
  ])('%s', (template, wanted) => {
    expect(run(template, scope)).toBe(wanted);
  });
});

describe('errors', () => {
  test.each([
    ['#if($n', 'needs a )'],
    ['#if($n) x', '#if is not closed'],
    ['#{foreach}($i in $list) x #else y', '#foreach is not closed'],
    ['x #end', 'without a block'],
    ['#if $n', 'A ( after #if'],
    ['#set(x = 1)', 'A reference'],
    ['#set($x = )', 'A value'],
    ['#set($x = "a)', 'not closed'],
    ['#foreach($x $list)#end', 'The word "in"'],
    ['${name', 'needs a }'],
    ['${$name}', 'expected after ${'],
    ['$list[x]', 'A value'],
    ['#[[ x', ']]# is missing'],
    ['costs $name$', 'lone $'],
    ['#parse("x.vm")', '#parse is not available'],
    ['#include("x")', 'Nothing outside'],
    ['$list.get(9)', 'none at 9'],
    ['$name.substring(5)', "can't be cut"],
    ['$name.matches("(?=a)")', 'Look-ahead'],
    ['$number.format("0.0.0", 1)', 'no pattern'],
    ['$date.format("QQQ", $ts)', 'no letter'],
  ])('%s', (template, wanted) => {
    expect(failure(template).message).toContain(wanted);
  });

  test('have their place', () => {
    expect(failure('a\n  #if($n\n').place).toEqual({ field: 'body', line: 3, column: 1 });
    expect(failure('a\n  #if($n)\n#foreach($i in $list)#end b').place).toEqual({ field: 'body', line: 2, column: 3 });
    expect(failure('a\n $name.substring(9)').place).toEqual({ field: 'body', line: 2, column: 2 });
    expect(failure('#set($x = "\n$name.substring(9)")').place).toEqual({ field: 'body', line: 2, column: 1 });
  });

  test('abort ends the delivery with its reason', () => {
    expect(() => run('#if(!$email)#abort("no email for $name")#end')).toThrow(Abort);
    expect(() => run('#if(!$email)#abort("no email for $name")#end')).toThrow('no email for Ann');
    expect(() => run('#abort')).toThrow('aborted');
  });
});

describe('as Java has it', () => {
  const row = '|';
  table([
    ['$!!name $!name', '$!name Ann'],
    ['${n-a}|#set(${n-a} = $n)${n-a} $!{n-b}|', '${n-a}|3 |'],
    [
      "$name.format('%s %05d|%-4s|%,d %.2f %x %%', 'a', 42, 'b', 1234567, 2.345, 255)",
      `a 00042${row}b   ${row}1,234,567 2.35 ff %`,
    ],
    ["$name.format('%2$s %1$s %+d', 3, 'b')", 'b 3 +3'],
    ['$name.indexOf(110) $name.lastIndexOf(110) $name.indexOf(110, 2)', '1 2 2'],
    ["$number.format('#.', 3) $number.format('0.#', 3)", '3. 3'],
    ['#set($big = 12345678901234)$big.intValue() $mathTool.getTotal("42")', '1942892530 42'],
  ]);

  table([
    ['US$! 5, "$!" $!$name $!{', 'US$ 5, "$" $!Ann $!{'],
    ['\\\\#set($x = 1)$x \\\\#if(true)a#end', '\\\\1 \\a'],
    ['#set($x = "#.##")$x a ##', '#. a '],
    ['#define($d)a$n#end#if($d == "a3" && "a3" == $d)same#end', 'same'],
    ['#macro(in $b)<$b>#end#macro(out $a)#in($a)#end#out($nope)', '<$a>'],
    ['  #@nope("z")b#end', '  #@nope("z")b#end'],
    ['#foreach($i in $list.iterator())$i#end', 'abc'],
    ['$name.join("-", "a", "b") $off.valueOf("TRUE") $name.contentEquals("Ann")', 'a-b true true'],
    ['#set($d = 1.5)$d.hashCode() #set($d = 12345678901234)$d.hashCode()', '10732175361942889672'],
    ['$math.add(4) $math.toInteger(3000000000) $math.toInteger("1234567890123.5")', '4 -1294967296 2147483647'],
    ['$math.round(3000000000.4) $math.idiv("9000000000", 2) $!math.getTotal($map)|', '2147483647 205032704 |'],
    ["$number.format('', 1234.5) $number.format('0.0;', -5) $number.format('0\u2030', 0.5)", '1,234.5 -5.0 500\u2030'],
    ['$date.format("short", "none", $ts)|$date.format("long", "short", $ts)', '1/31/24|January 31, 2024, 10:20 AM'],
    ['$date.toDate("Jan 5, 2024, 1:02:03 PM").time', '1704459723000'],
  ]);

  test.each(['a', "'\\'", '"$"'])('a replacement that names no group is an error: %s', (to) => {
    const run = () => failure(`$name.replaceAll("n", ${to === 'a' ? "'${x}'" : to})`);
    expect(run().message).toContain('names a group');
  });

  test('what has no order is an error', () => {
    for (const text of ['$name.compareTo(1)', '$n.compareTo("a")', "$name.format('%d', 'x')", "$name.format('%s')"]) {
      expect(() => run(text)).toThrow(TemplateError);
    }
  });
});
