import { describe, expect, test } from 'vitest';
import { TemplateError } from '../../language.ts';
import { createLiquid } from './index.ts';

const options = { now: Date.UTC(2026, 0, 31, 10, 20, 30), fragments: false, automatic: false };

function run(text: string, scope: object = {}, snippets: Record<string, string> = {}): string {
  const pieces = createLiquid(snippets)
    .parse(text, 'body')
    .run(scope as Record<string, unknown>, options);
  return pieces.map(({ value }) => String(value ?? '')).join('');
}

function error(text: string, scope: object = {}, snippets: Record<string, string> = {}): TemplateError {
  try {
    run(text, scope, snippets);
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown;
    throw thrown;
  }
  throw new Error('no error');
}

const scope = {
  list: [3, 1, 2],
  map: { a: 1, 'b c': 'x"y', n: null },
  items: [{ k: 'b', v: 2 }, { k: 'a', v: 1.5 }, { k: 'c' }],
  name: 'Zoë 👋',
  none: null,
  n: 7,
};

describe('values print as in Ruby', () => {
  test.each([
    ['{{ map }}', '{"a"=>1, "b c"=>"x\\"y", "n"=>nil}'],
    ['{{ list }} {{ list | append: "" }}', '312 [3, 1, 2]'],
    ['{{ none }}{{ nothing }}{{ nothing.at.all }}|', '|'],
    ['{{ 1.0 }} {{ 1.50 }} {{ 100000000000000000.0 }} {{ 0.00001 }}', '1.0 1.5 1.0e+17 1.0e-05'],
    ['{{ (1..4) }} {{ (1..4) | size }} {{ (2..4) | last }}', '1..4 4 4'],
    ['{{ name.size }} {{ name | slice: 4 }} {{ name | truncate: 4, "…" }}', '5 👋 Zoë…'],
    ['{{ map.first }} {{ list.last }} {{ name.first }}', 'a1 2 Z'],
    [
      '[{{ "  " | rstrip }}] {{ " a " | rstrip }}| {{ list | url_decode }} {{ "ΑΣ" | downcase }}',
      '[]  a| [3, 1, 2] ασ',
    ],
    ['{% if name contains empty %}y{% endif %}', 'y'],
    ['{{ map["b c"] }} {{ list[-1] }} {{ list["0"] }}|', 'x"y 2 |'],
    ['{% assign k = "a" %}{{ map[k] }}', '1'],
  ])('%s', (template, wanted) => expect(run(template, scope)).toBe(wanted));
});

describe('tags', () => {
  test.each([
    ['{% for i in list reversed limit: 2 %}{{ forloop.index }}{{ i }}{% endfor %}', '1123'],
    [
      '{% for i in (1..9) limit: 2 %}{{ i }}{% endfor %}{% for i in (1..9) limit: 2 offset: continue %}{{ i }}{% endfor %}',
      '1234',
    ],
    [
      '{% for i in (1..9) %}{% if i == 2 %}{% continue %}{% elsif i > 3 %}{% break %}{% endif %}{{ i }}{% else %}x{% endfor %}',
      '13',
    ],
    ['{% for i in none %}x{% else %}y{% endfor %}{% for p in map %}{{ p[0] }},{% endfor %}', 'ya,b c,n,'],
    [
      '{% for a in (1..2) %}{% for b in (1..2) %}{{ forloop.parentloop.index }}{{ forloop.rindex0 }} {% endfor %}{% endfor %}',
      '11 10 21 20 ',
    ],
    ['{% case 2 %}{% when 1, 2 or 3 %}a{% when 2 %}b{% else %}c{% endcase %}', 'ab'],
    ['{% unless none %}a{% else %}b{% endunless %}{% if none or false %}c{% elsif 1 %}d{% endif %}', 'ad'],
    ['{% if false and false or true %}x{% else %}y{% endif %}', 'y'],
    ['{% capture x %}{{ 1 }}-{% endcapture %}{{ x }}{{ x.size }}', '1-2'],
    ['{% increment c %}{% increment c %}{{ c }}{% decrement c %}{% decrement d %}', '0121-1'],
    ['{% increment n %}{% decrement n %}{{ n }}', '777'],
    ['{% cycle "a", "b" %}{% cycle "a", "b" %}{% cycle "x": "a", "b" %}{% cycle "a", "b" %}', 'abaa'],
    ['{% for i in list %}{% ifchanged %}{{ i | at_least: 2 }}{% endifchanged %}{% endfor %}', '32'],
    [
      '{% raw %}{{ a }}{% b %}{% endraw %}{% comment %}{% if %}{% raw %}{% endcomment %}{% endraw %}{% endcomment %}',
      '{{ a }}{% b %}',
    ],
    ['{% # one\n # two %}{% doc %}{{ x }}{% enddoc %}|', '|'],
    ['{% liquid\n assign x = 2\n for i in (1..x)\n echo i | times: 2\n endfor %}', '24'],
    ['a {%- if true -%} b {%- endif -%} c', 'abc'],
    ['{% if true %}  {% assign x = 1 %}\n {% endif %}|', '|'],
    [
      '{% tablerow i in (1..3) cols: 2 %}{{ i }}{% endtablerow %}',
      '<tr class="row1">\n<td class="col1">1</td><td class="col2">2</td></tr>\n<tr class="row2"><td class="col1">3</td></tr>\n',
    ],
  ])('%s', (template, wanted) => expect(run(template, scope)).toBe(wanted));

  test('snippets: render sees the context alone, include everything', () => {
    const snippets = {
      r: '{{ x }}{{ name }}{% assign y = 1 %}',
      i: '{{ x }}{% assign y = 2 %}',
      e: '{{ e }}{{ forloop.last }} ',
    };
    expect(run('{% assign x = 1 %}{% render "r" %}{{ y }}|{% include "i" %}{{ y }}', scope, snippets)).toBe(
      'Zoë 👋|12',
    );
    expect(run('{% render "e" for list %}{% render "e" with 7 as e %}', scope, snippets)).toBe(
      '3false 1false 2true 7 ',
    );
    expect(error('{% render "n" %}', {}, { n: '{% include "n" %}' }).message).toContain('render instead');
  });
});

test.each([
  ['{% assign a = 7 %}{% assign a = 5 | divided_by: none %}{% assign b = 1 %}{{ a }}{{ b }}', '71'],
  ['{% if 1 < "a" %}{% assign a = 1 %}{% endif %}[{{ a }}]', '[]'],
  [
    '{% for i in items %}{% assign n = i | map: "v" | first | divided_by: 0 %}{% assign n = 2 %}{% endfor %}{{ n }}',
    '2',
  ],
])('a tag that puts nothing out stays without effect where it fails: %s', (template, wanted) =>
  expect(run(template, scope)).toBe(wanted),
);

describe('filters', () => {
  test.each([
    ['{{ items | map: "k" | sort | join }} {{ items | sort: "v" | map: "k" | join: "" }}', 'a b c abc'],
    ['{{ items | where: "k", "a" | map: "v" }} {{ items | reject: "v" | size }} {{ items | sum: "v" }}', '1.5 1 3.5'],
    ['{{ items | find: "k", "c" | size }} {{ items | find_index: "k", "c" }} {{ items | has: "k", "z" }}', '1 2 false'],
    ['{{ "b,A,a" | split: "," | sort_natural | join }} {{ "b,A,a" | split: "," | sort | join }}', 'A a b A a b'],
    [
      '{{ "1,1,2" | split: "," | uniq | size }} {{ list | concat: list | size }} {{ list | compact | reverse | first }}',
      '2 6 2',
    ],
    ['{{ "a  b c" | split: " " | size }} {{ "abc" | split: "" | size }} {{ ",a,,b,," | split: "," | size }}', '3 3 4'],
    ['{{ "" | default: "x" }} {{ false | default: "x", allow_false: true }} {{ 0 | default: "x" }}', 'x false 0'],
    ['{{ "aXbXc" | replace_first: "X", "-" | remove_last: "X" }} {{ "ab" | replace: "", "." }}', 'a-bc .a.b.'],
    ['{{ "<a> & \'b\'" | escape }} {{ "&lt; &" | escape_once }}', '&lt;a&gt; &amp; &#39;b&#39; &lt; &amp;'],
    ['{{ "ü &*" | url_encode }} {{ "%C3%BC+a%" | url_decode }}', '%C3%BC+%26%2A ü a%'],
    ['{{ "<p>a<script>b</script><!-- > -->c</p><" | strip_html }}', 'ac<'],
    ['{{ "straße élan" | upcase }} {{ "éLAN vITAL" | capitalize }}', 'STRASSE ÉLAN Élan vital'],
    ['{{ "one two three" | truncatewords: 2 }} {{ " a\n b " | squish }}|', 'one two... a b|'],
    ['{{ 1234.5 | currency: "en-gb" }} {{ 1234567 | format_number }}', '£1,234.50 1,234,567'],
    ['{{ "x" | nothing_like_it: 1 | upcase }}', 'X'],
  ])('%s', (template, wanted) => expect(run(template, scope)).toBe(wanted));
});

describe('what the lax parser forgives renders, with a warning at its place', () => {
  test.each([
    ['{{ "a" "b" }}', 'a', 8],
    ['{{ 5 == 5 }}', '5', 6],
    ['{{ response.status[ }}', '200', 21],
    ['{% if response.status == %}x{% else %}y{% endif %}', 'y', 26],
    ['{% for i in (1..3) limit: 2 offset %}{{ i }}{% endfor %}', '12', 36],
    ['{{ "x" | nope }}', 'x', 10],
    ['{% assign x = 5 | plus %}[{{ x }}]', '[]', 19],
  ])('%s', (template, wanted, column) => {
    expect(run(template, { response: { status: 200 } })).toBe(wanted);
    expect(
      createLiquid({})
        .parse(template, 'body')
        .warnings?.map(({ place }) => place),
    ).toEqual([{ field: 'body', line: 1, column }]);
  });

  test('a sound template has none', () => {
    const text =
      '{% if a.b[0].c == "x" and d contains 1 %}{{ e | default: f, allow_false: true }}{% endif %}{% for i in (1..n) reversed %}{% endfor %}';
    expect(createLiquid({}).parse(text, 'body').warnings).toEqual([]);
  });
});

describe('what fails, with its place', () => {
  test.each([
    ['a\n {% if true %}', 2, 2],
    ['{{ a', 1, 1],
    ['{% endif %}', 1, 1],
    ['{% else %}', 1, 1],
    ['x {% assign = 1 %}', 1, 3],
    ['{% for x of y %}{% endfor %}', 1, 1],
    ['{% if true %}\n{{ 1 | divided_by: 0 }}{% endif %}', 2, 1],
    ['{{ "x" | append }}', 1, 1],
    ['{% if "a" > 1 %}x{% endif %}', 1, 1],
    ['{% capture c %}\n{{ 1 | divided_by: 0 }}{% endcapture %}', 2, 1],
    ['{{ list | map: "x" }}', 1, 1],
    ['ab{{ "x" | slice: "y" }}', 1, 3],
  ])('%s', (template, line, column) => {
    const { code, place } = error(template, scope);
    expect({ code, place }).toEqual({ code: 'template_error', place: { field: 'body', line, column } });
  });
});
