import { describe, expect, test } from 'vitest';
import { ExactNumber, parseJson } from '../../../../platform/json.ts';
import { Abort, type TemplateError } from '../../language.ts';
import { createLiquid } from './index.ts';

process.env.TZ = 'UTC';
const NOW = Date.UTC(2026, 0, 31, 10, 20, 30);

function run(text: string, scope: unknown = {}, snippets: Record<string, string> = {}): string {
  const pieces = createLiquid(snippets)
    .parse(text, 'body')
    .run({ ...(scope as object) }, { now: NOW, fragments: false, automatic: false });
  return pieces.map(({ value }) => (value instanceof ExactNumber ? value.text : String(value ?? ''))).join('');
}

function failure(text: string, snippets: Record<string, string> = {}): TemplateError {
  try {
    run(text, {}, snippets);
  } catch (error) {
    return error as TemplateError;
  }
  throw new Error('no error');
}

describe('exact numbers', () => {
  const scope = parseJson('{"n":12345678901234567890,"p":12.50,"list":[1.0,2.50],"same":12.5}');

  test('print as written', () => {
    expect(run('{{ n }} {{ p }} {{ list | join: "," }} {{ p | append: "!" }}', scope)).toBe(
      '12345678901234567890 12.50 1.0,2.50 12.50!',
    );
    expect(run('{{ p | json }} {{ list | json }}', scope)).toBe('12.50 [1.0,2.50]');
  });

  test('compute and compare as numbers', () => {
    expect(run('{{ p | plus: 1 }} {{ p | times: 2 }} {{ p | round }}', scope)).toBe('13.5 25.0 13');
    expect(run('{% if p > 12 and p < 13 and p == 12.5 and p == same and p != 3 %}yes{% endif %}', scope)).toBe('yes');
    expect(run('{% case p %}{% when 12.5 %}yes{% endcase %}', scope)).toBe('yes');
    expect(run('{% if list contains 2.5 %}yes{% endif %}{{ list | sort | last }}', scope)).toBe('yes2.50');
  });
});

describe('filters of ours', () => {
  test.each([
    ['{{ "a" | md5 }}', '0cc175b9c0f1b6a831c399e269772661'],
    ['{{ "a" | sha1 }}', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
    ['{{ "a" | sha256 | size }}', '64'],
    ['{{ "a" | hmac_sha256: "k" | size }}', '64'],
    ['{{ "ü?>" | base64_url_safe_encode }} {{ "w7w_Pg==" | base64_url_safe_decode }}', 'w7w_Pg== ü?>'],
    ['{{ "joão da SILVA" | titlecase }}', 'João Da Silva'],
    ['{{ 1 | pluralize: "day", "days" }} {{ 2 | pluralize: "day", "days" }}', 'day days'],
    ['{{ "coming-soon now" | camelize }} {{ "100% M & Ms!!!" | handleize }}', 'ComingSoonNow 100-m-ms'],
    ['{{ "a<&>b c" | url_escape }} {{ "a<&>b" | url_param_escape }}', 'a%3C&%3Eb%20c a%3C%26%3Eb'],
    ['{% assign x = \'{"a":[1,2.50]}\' | parse_json %}{{ x.a[1] }} {{ x | to_json }}', '2.50 {"a":[1,2.50]}'],
    ['{{ "no json" | parse_json }}|', '|'],
    ['{{ 1234.5 | currency }} {{ "1234.5" | currency: "EUR", "de-DE" }}', '$1,234.50 1.234,50\u00a0€'],
    [
      '{{ "2024-01-31" | add_months: 1 }} {{ "2024-02-29" | add_years: -1 }}',
      '2024-02-29T00:00:00Z 2023-02-28T00:00:00Z',
    ],
    ['{{ "now" | add_days: 1 | date: "%F %T" }}', '2026-02-01 10:20:30'],
    ['{{ "now" | date: "%s %V %G %Q" }}', `${NOW / 1000} 05 2026 ${NOW}`],
    ['{{ "now" | timezone: "Europe/Paris" }}', '2026-01-31T11:20:30+01:00'],
    ['{{ 7 | divided_by: 2 }} {{ 7 | divided_by: 2.0 }} {{ 0.1 | plus: 0.2 }}', '3 3.5 0.3'],
  ])('%s', (template, wanted) => {
    expect(run(template)).toBe(wanted);
  });
});

describe('snippets', () => {
  test('are the only partials', () => {
    expect(run('{% render "card", name: "Ann" %}', {}, { card: 'Hi {{ name }}' })).toBe('Hi Ann');
    expect(failure('{% render "package.json" %}').message).toContain('package.json');
    expect(failure('{% include "constructor" %}', { card: '' }).message).toContain('constructor');
  });

  test('errors in them name them', () => {
    expect(failure('{% render "card" %}', { card: 'a\n {{ 1 | divided_by: 0 }}' }).place).toEqual({
      field: 'snippets.card',
      line: 2,
      column: 2,
    });
  });
});

test('syntax errors have a place', () => {
  const { code, place } = failure('one\n  {% nope %}');
  expect({ code, place }).toEqual({ code: 'template_error', place: { field: 'body', line: 2, column: 3 } });
});

test('abort carries its reason', () => {
  expect(() => run('{% if true %}{% abort "no " | append: name %}{% endif %}', { name: 'mail' })).toThrow(Abort);
  expect(() => run('{% abort "no " | append: name %}', { name: 'mail' })).toThrow('no mail');
  expect(() => run('{% abort %}')).toThrow('aborted');
});
