import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../../platform/json.ts';
import { texts } from '../../escaping/index.ts';
import { Abort, type Scope, TemplateError } from '../../language.ts';
import { createJinja } from './index.ts';

const NOW = Date.UTC(2026, 0, 31, 10, 20, 30);
const language = createJinja();

function run(text: string, scope: object = {}): string {
  const template = language.parse(text, 'body');
  return texts(template.run(scope as Scope, { now: NOW, fragments: false, automatic: false }), 'plain').join('');
}

function failure(text: string, scope: object = {}): TemplateError {
  try {
    run(text, scope);
  } catch (error) {
    return error as TemplateError;
  }
  throw new Error('no error');
}

const scope = parseJson(
  '{"shop":{"name":"Böhm","open":true,"items":["a","b"],"rating":4.50},"carts":[{"id":2,"sum":19.9,"of":{"who":"Bo"}},' +
    '{"id":1,"sum":5,"of":{"who":"Al"}}],"huge":12345678901234567890,"quote":"it\'s \\"so\\""}',
) as object;

describe('printing as Python does', () => {
  test.each([
    ['{{ true }} {{ none }} {{ [1, 2.0, "x", none] }}', "True None [1, 2.0, 'x', None]"],
    ['{{ {"k": ("a",), 1: []} }}', "{'k': ('a',), 1: []}"],
    ['{{ [quote, "a\'b"] }}', '[\'it\\\'s "so"\', "a\'b"]'],
    ['{{ huge }} {{ huge + 1 }} {{ 2 ** 70 }}', '12345678901234567890 12345678901234567891 1180591620717411303424'],
    ['{{ shop.rating }} {{ shop.rating + 1 }} {{ 1e3 }} {{ 1 / 3 }}', '4.50 5.5 1000.0 0.3333333333333333'],
    ['{{ shop.nothing }}|{{ "x" if false }}|', '||'],
  ])('%s', (text, wanted) => {
    expect(run(text, scope)).toBe(wanted);
  });
});

describe('expressions', () => {
  test.each([
    ['{{ 7 // -2 }} {{ 7 % -2 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }}', '-4 -1 64 4'],
    ['{{ 1 < 2 < 3 }} {{ "a" in "cat" }} {{ 5 not in [1] }} {{ not none }}', 'True True True True'],
    ['{{ "naïve👋!"[-2:] }} {{ "abcdef"[4:1:-1] }} {{ [1, 2, 3][::2] }} {{ "👋x"|length }}', '👋! edc [1, 3] 2'],
    ['{{ carts|sum(attribute="sum") }} {{ carts|map(attribute="of.who")|sort|join("+") }}', '24.9 Al+Bo'],
    ['{{ shop.items is callable }} {{ shop["items"] }}', "True ['a', 'b']"],
    ['{{ "%-6s|%05.1f|%+d" % ("ab", 2.25, 7) }}', 'ab    |002.2|+7'],
    ['{{ "{:>6}|{:,}|{x!r:^5}".format("ab", 1234567, x="q") }}', "    ab|1,234,567| 'q' "],
    ['{{ 0.125|round(2) }} {{ 2.5|round }} {{ 17|round(-1) }} {{ 1.21|round(1, "ceil") }}', '0.12 2.0 20 1.3'],
    ['{{ "x"|default("d") ~ nope|default("d") ~ ""|default("d", true) }}', 'xdd'],
    ['{{ dict(a=1, **{"b": 2}) }} {{ [3, 1]|sort|first }} {{ range(5, 0, -2)|list }}', "{'a': 1, 'b': 2} 1 [5, 3, 1]"],
    [
      '{{ carts|groupby("of.who")|map("first")|list }} {{ carts|selectattr("sum", "gt", 9)|list|length }}',
      "['Al', 'Bo'] 1",
    ],
    ["{{ {'b': [1, none], 'a': '<é>'}|tojson }}", '{"a": "\\u003c\\u00e9\\u003e", "b": [1, null]}'],
  ])('%s', (text, wanted) => {
    expect(run(text, scope)).toBe(wanted);
  });
});

describe('statements', () => {
  test.each([
    [
      '{% for c in carts if c.sum > 1 %}{{ loop.index }}/{{ loop.length }}{{ c.id }}{{ "," if not loop.last }}{% endfor %}',
      '1/22,2/21',
    ],
    ['{% for i in [1, [2, [3]]] recursive %}{{ i if i is number else loop(i) }}{% endfor %}', '123'],
    ['{% for i in [1, 2, 3] %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% else %}x{% endfor %}', '13'],
    ['{% set n = 1 %}{% for i in [1, 2] %}{% set n = n + i %}{{ n }}{% endfor %}{{ n }}', '231'],
    ['{% set ns = namespace(n=0) %}{% for i in [1, 2] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}', '3'],
    [
      '{% macro m(a, b="B") %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, z=4) }}',
      "12(3,){'z': 4}",
    ],
    ['{% macro box() %}[{{ caller("in") }}]{% endmacro %}{% call(x) box() %}{{ x }}{% endcall %}', '[in]'],
    ['{% filter upper|replace("B", "-") %}abc{% endfilter %}{% set x | trim %} y {% endset %}{{ x }}', 'A-Cy'],
    ['{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a }}', '3'],
    ['a  {%- if true -%}  b  {%- endif %} c {#- gone -#} d', 'ab cd'],
    ['{% raw %}{{ x }}{% endraw %}{% autoescape true %}{{ "<" }}{{ "<"|safe }}{% endautoescape %}', '{{ x }}&lt;<'],
    ['{% do shop["items"].append("c") %}{{ shop["items"] }}', "['a', 'b', 'c']"],
  ])('%s', (text, wanted) => {
    expect(run(text, scope)).toBe(wanted);
  });

  test('a template that changes the context changes a copy', () => {
    const own = { list: [1], map: { a: 1 } };
    expect(run('{% do list.append(2) %}{% do map.update({3: 4}) %}{{ list }}{{ map }}', own)).toBe(
      "[1, 2]{'a': 1, 3: 4}",
    );
    expect(own).toEqual({ list: [1], map: { a: 1 } });
  });
});

describe("the vendor's additions", () => {
  const answered = {
    responses: { s1: { lead: 7, data: [1] }, s2: 'plain text' },
    steps: { s1: { status: 200 }, s2: { status: 202 } },
    customers: ['{"id":1}', '{"id":2}'],
    parameters: { sender: 'Shop & Co', limit: 25 },
  };
  test.each([
    [
      '{{ webhook.data }} {{ webhook.status_code }} {{ webhook(1).lead }} {{ webhook(1).data }}',
      'plain text 202 7 [1]',
    ],
    [
      '{{ webhook.by_action_id("s1").lead }}{{ webhook(9) is defined }}{{ webhook.by_action_id("no") is defined }}',
      '7FalseFalse',
    ],
    [
      "[{% output customers separated by ',' %}] [{{ customers | join('; ') }}] {{ customers | length }}",
      '[{"id":1},{"id":2}] [{"id":1}; {"id":2}] 2',
    ],
    ['{% for one in customers %}{{ (one | from_json).id }}{% endfor %}', '12'],
    [
      '[[sender]] [[ limit ]] {{ [[limit]] + 1 }} {{ "to [[sender]]" }} [[unknown]] [[1, 2]] [[null]]',
      'Shop & Co 25 26 to Shop & Co [[unknown]] [[1, 2]] [[null]]',
    ],
    [
      '{{ time }} {{ 0 | from_timestamp }} {{ time | from_timestamp("%d.%m.%Y %-H:%M %Z", "Europe/Bratislava") }}',
      `${NOW / 1000} 1970-01-01 00:00:00 31.01.2026 11:20 GMT+1`,
    ],
    [
      '{{ "2026-03-29 02:30" | to_timestamp("Europe/Prague") }} {{ ("2026-01-31T10:00:00+02:00" | to_datetime).hour }}',
      '1774747800 8',
    ],
    ['{{ "2026-01-31" | format_date("long", locale="sk") }}', '31. januára 2026'],
    ['{{ "a" | hash("md5") }} {{ ("a" | hash)[:8] }}', '0cc175b9c0f1b6a831c399e269772661 ca978112'],
  ])('%s', (text, wanted) => {
    expect(run(text, answered)).toBe(wanted);
  });

  test('abort ends the delivery with its reason', () => {
    expect(() => run('x{% if 1 %}{% abort "no phone" %}{% endif %}')).toThrow(Abort);
    expect(() => run('{% abort "no " ~ "phone" %}')).toThrow('no phone');
    expect(() => run('{% abort %}')).toThrow('aborted');
  });
});

describe('errors', () => {
  test.each([
    ['a\n {{ nope.x }}', 2, 9, 'nope is not defined'],
    ['{{ 1 +\n }}', 2, 2, 'expected a value'],
    ['{% if 1 %}\n{% for %}', 2, 8, 'expected a name'],
    ['{{ a ? b : c }}', 1, 6, 'b if a else c'],
    ['{% include "x" %}', 1, 4, 'Other templates are not read'],
    ['{% extends "x" %}', 1, 4, 'Other templates are not read'],
    ['ab {% if x %}', 1, 7, '{% endif %}'],
    ['{{ 5|nofilter }}', 1, 6, 'There is no filter nofilter'],
    ['{{ "a" + 1 }}', 1, 8, 'Use ~ to join texts'],
    ['{{ x.items }}', 1, 1, 'items()'],
    ['{% continue %}', 1, 4, 'outside of a loop'],
  ])('%s', (text, line, column, message) => {
    const error = failure(text, { x: {} });
    expect(error).toBeInstanceOf(TemplateError);
    expect(error.place).toEqual({ field: 'body', line, column });
    expect(error.message).toContain(message);
  });

  test('a filter that is not there matters only when it is reached', () => {
    expect(run('{% if false %}{{ 1|nofilter }}{% endif %}ok')).toBe('ok');
  });
});

test('small things of Python', () => {
  expect(run('{{ -4 % 0.5 }} {{ true.bit_length() }} {{ "ß a" | title }}')).toBe('0.0 1 SS A');
  expect(failure('{{ [] is filter }}')).toBeInstanceOf(TemplateError);
});

describe('as Jinja2 and Python have it', () => {
  const outcome = (text: string) => {
    try {
      return run(text, { n: 5, none_v: null, map: { a: 1 }, list: [4, 5, 6] });
    } catch {
      return 'error';
    }
  };
  test.each([
    // A loop that never comes to the end of its body runs its else.
    ['{% for x in list %}{% break %}{% else %}E{% endfor %}', 'E'],
    ['{% for x in list %}{{ x }}{% continue %}{% else %}E{% endfor %}', '456E'],
    ['{% for x in list %}{% if x == 5 %}{% break %}{% endif %}{{ x }}{% else %}E{% endfor %}', '4'],
    [
      '{% for x in list %}{{ loop }}{{ loop|length }} {% endfor %}',
      '<LoopContext 1/3>3 <LoopContext 2/3>3 <LoopContext 3/3>3 ',
    ],
    ['{{ n[1:] }}', 'error'],
    ['{{ none_v[:2] }}', 'error'],
    ['{{ map[0:1] }}', 'error'],
    ['[{{ map[list] }}]', '[]'],
    ['{{ list.sort(true) }}', 'error'],
    ['{% do list.sort(reverse=true) %}{{ list }}', '[6, 5, 4]'],
    ['{{ map.get("z", default=1) }}', 'error'],
    ['{{ "a,b,c".split(sep=",", maxsplit=1) }}', "['a', 'b,c']"],
    ['{% if false %}{% elif n|nofilter %}{% endif %}ok', 'error'],
    ['{% if true %}{% elif n|nofilter %}{% endif %}ok', 'ok'],
    ['{{ []|map("nofilter")|list }}{{ []|select("notest")|list }}', '[][]'],
    ['{{ [1]|map("nofilter")|list }}', 'error'],
    ['{{ "{:<06}|{:05}|{:.3}".format(5, "ab", 99.995) }}', '500000|ab000|1e+02'],
    ['{{ "{:0=5}".format("ab") }}', 'error'],
    ['{{ "%(a)s %s"|format(a=1) }}', 'error'],
    ['{{ "%a"|format("é") }}{{ "{!a}".format("é") }}', "'\\xe9''\\xe9'"],
    ['{% macro m(a, a) %}{% endmacro %}', 'error'],
    ['{{ dict(a=1, a=2) }}', 'error'],
    ['{% filter length %}abc{% endfilter %}', 'error'],
    ['{% set ns = namespace(a=1) %}{{ ns }}', "<Namespace {'a': 1}>"],
    ['{% set c = cycler("a", "b") %}{{ c.next() }}{{ c.pos }}{{ c.items }}', "a1('a', 'b')"],
    ['{{ "caf&eacute; &Omega; &copy2026 &#146; &nope;"|striptags }}', 'café Ω ©2026 ’ &nope;'],
    ['{{ ("&lt;b&gt;"|safe).unescape() }}{{ ("<b>x</b>"|safe).striptags() }}', '<b>x'],
    ['{{ ("<b>"|safe)|urlize }}', '<b>'],
    ['{{ "x.com http://user@ab.co www.x1"|urlize }}', 'x.com http://user@ab.co www.x1'],
    [
      '{{ "ab.com:8080, mailto:a@b.co"|urlize }}',
      '<a href="https://ab.com:8080" rel="noopener">ab.com:8080</a>, <a href="mailto:a@b.co">a@b.co</a>',
    ],
    ['{{ "ΟΔΟΣ".casefold() }}', 'οδοσ'],
    ['{{ "-&- -b-c-d-e-f"|wordwrap(4) }}', '-&- \n-b-\nc-d-\ne-f'],
    ['{{ "J-e-r-r-y"|wordwrap(4) }}', 'J-e-\nr-\nr-y'],
  ])('%s', (text, wanted) => {
    expect(outcome(text)).toBe(wanted);
  });
});

test('the vendor’s filters of texts and dates', () => {
  expect(run('{{ "a,b" | split(",") }} {{ " a  b " | split }} {{ "a" | hmac("k", "sha1") }}')).toBe(
    "['a', 'b'] ['a', 'b'] 40e7d441cadb17b07f050341aa23a6820ed81c8b",
  );
  expect(
    run('{{ "2024-01-31" | add_months(1) | strftime("%F") }} {{ 0 | add_weeks(1) | strftime("%d %B", locale="de") }}'),
  ).toBe('2024-02-29 08 Januar');
});
