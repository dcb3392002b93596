import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../shared/condition.ts';
import { type Json, parseJson } from '../../platform/json.ts';
import { type ConditionView, evaluate, MAX_CONDITION_DEPTH } from './condition.ts';

function view(attributes: string, rest: Partial<ConditionView> = {}): ConditionView {
  return { attributes: parseJson(attributes) as Record<string, Json>, properties: null, responses: {}, ...rest };
}

const on = (attribute: string, op: string, value?: unknown) => ({ attribute, op, value }) as Condition;

describe('finding the value', () => {
  const profile = view('{"a.b":1,"a":{"b":2,"c.d":3},"items":[{"sku":"x"}],"nothing":null}', {
    properties: { total: 5 },
    responses: { s1: { status: 201, body: { id: { n: 7 } } }, s2: { status: null, body: undefined } },
  });
  it.each([
    ['a whole name first', on('a.b', 'equals', 1), true],
    ['a dotted name inside a map', on('a.c.d', 'equals', 3), true],
    ['a list by index', on('items.0.sku', 'equals', 'x'), true],
    ['no index beyond the end', on('items.1.sku', 'missing'), true],
    ['no length of a list', on('items.length', 'exists'), false],
    ['no prototype', on('a.constructor.name', 'exists'), false],
    ['no __proto__', on('__proto__', 'exists'), false],
    ['nothing inside null', on('nothing.x', 'missing'), true],
    ['a property', { property: 'total', op: 'equals', value: 5 } as Condition, true],
    ['a status', { response: 's1', op: 'equals', value: 201 } as Condition, true],
    ['a response value', { response: 's1', path: 'id.n', op: 'equals', value: 7 } as Condition, true],
    ['no status without a response', { response: 's2', op: 'missing' } as Condition, true],
    ['an unknown response', { response: 'toString', op: 'missing' } as Condition, true],
  ])('%s', (_name, condition, expected) => {
    expect(evaluate(condition, profile)).toBe(expected);
  });
  it('without an event every property is missing', () => {
    expect(evaluate({ property: 'x', op: 'missing' }, view('{}'))).toBe(true);
  });
});

describe('comparing', () => {
  it.each<[string, string, string, unknown, boolean]>([
    ['number and numeric text', '{"x":"5.0"}', 'equals', 5, true],
    ['a decimal as written', '{"x":12.50}', 'equals', 12.5, true],
    ['a long integer exactly', '{"x":9007199254740993}', 'equals', parseJson('9007199254740992'), false],
    ['a long integer exactly, above', '{"x":9007199254740993}', 'greater_than', 9007199254740992, true],
    ['a long integer and text', '{"x":9007199254740993}', 'equals', '9007199254740993', true],
    ['two texts are no numbers', '{"x":"007"}', 'equals', '7', false],
    ['instants', '{"x":"2026-01-01T12:00:00+02:00"}', 'equals', '2026-01-01T10:00:00Z', true],
    ['instants in order', '{"x":"2026-01-01T12:00:00+02:00"}', 'less_than', '2026-01-01T10:00:01Z', true],
    ['no zone is UTC', '{"x":"2026-01-01 10:00"}', 'equals', '2026-01-01T10:00:00Z', true],
    ['text by code points', '{"x":"\u{1F600}"}', 'greater_than', '\uff5e', true],
    ['numeric texts in order', '{"x":"10"}', 'greater_than', '9', true],
    ['text and number have no order', '{"x":"ten"}', 'greater_than', 9, false],
    ['case counts', '{"x":"A"}', 'equals', 'a', false],
    ['a boolean is no text', '{"x":true}', 'equals', 'true', false],
    ['null equals null', '{"x":null}', 'equals', null, true],
    ['null is there', '{"x":null}', 'exists', undefined, true],
    ['null is null', '{"x":null}', 'is_null', undefined, true],
    ['null is not empty', '{"x":null}', 'is_empty', undefined, false],
    ['empty text', '{"x":""}', 'is_empty', undefined, true],
    ['empty list', '{"x":[]}', 'is_empty', undefined, true],
    ['a number is not empty', '{"x":1.0}', 'is_empty', undefined, false],
    ['missing is not empty', '{}', 'is_empty', undefined, false],
    ['missing is no null', '{}', 'is_null', undefined, false],
    ['missing differs', '{}', 'not_equals', 'a', true],
    ['missing contains nothing', '{}', 'not_contains', 'a', true],
    ['missing is not less', '{}', 'at_most', 5, false],
    ['list contains', '{"x":["a","b"]}', 'contains', 'b', true],
    ['list contains a number', '{"x":["1"]}', 'contains', 1, true],
    ['text contains', '{"x":"abc"}', 'contains', 'b', true],
    ['number begins with', '{"x":4930}', 'starts_with', '49', true],
    ['ends with', '{"x":"abc"}', 'ends_with', 'bc', true],
    ['one of', '{"x":"b"}', 'one_of', ['a', 'b'], true],
    ['one of no list', '{"x":"b"}', 'one_of', 'b', false],
    ['lists', '{"x":[1,{"a":2}]}', 'equals', [1, { a: 2.0 }], true],
    ['maps in any order', '{"x":{"a":1,"b":2}}', 'equals', { b: 2, a: 1 }, true],
    ['a smaller map', '{"x":{"a":1}}', 'equals', { a: 1, b: 2 }, false],
    ['an unknown operator', '{"x":1}', 'like', 1, false],
  ])('%s', (_name, attributes, op, value, expected) => {
    expect(evaluate(on('x', op, value), view(attributes))).toBe(expected);
  });

  it('a broken or too deep condition is false, negated or not', () => {
    let deep: Condition = on('x', 'missing');
    for (let i = 0; i <= MAX_CONDITION_DEPTH; i++) deep = { not: deep };
    expect(evaluate(deep, view('{}'))).toBe(false);
    expect(evaluate({ any: [on('x', 'missing'), deep] }, view('{}'))).toBe(false);
    expect(evaluate({ not: on('x', 'like', 1) }, view('{}'))).toBe(false);
    expect(evaluate(null as unknown as Condition, view('{}'))).toBe(false);
  });

  it('values nested very deep do not overflow', () => {
    const deep = '['.repeat(3000) + ']'.repeat(3000);
    expect(evaluate(on('x', 'equals', parseJson(deep)), view(`{"x":${deep}}`))).toBe(false);
  });
});

describe('laws', () => {
  const name = fc.constantFrom('a', 'b', 'a.b', 'list.0', '__proto__', 'constructor');
  const json = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('2026-01-01', '1e400', '-0', '12345678901234567890', ''),
    fc.bigInt().map((n) => parseJson(String(n))),
  ) as fc.Arbitrary<Json>;
  const op = fc.constantFrom(
    ...(
      'equals not_equals exists missing is_null is_empty contains not_contains starts_with ends_with ' +
      'greater_than at_least less_than at_most one_of'
    ).split(' '),
  );
  const leaf = fc.oneof(
    fc.record({ attribute: name, op, value: json }),
    fc.record({ property: name, op, value: json }),
    fc.record({ response: fc.constantFrom('s', 't'), path: name, op, value: json }),
    fc.record({ response: fc.constantFrom('s', 't'), op }),
  );
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4 },
      leaf as unknown as fc.Arbitrary<Condition>,
      fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('condition') }),
    ),
  }));
  const values = fc.dictionary(fc.constantFrom('a', 'b', 'a.b', 'list'), json);
  const views: fc.Arbitrary<ConditionView> = fc.record({
    attributes: values,
    properties: fc.option(values),
    responses: fc.dictionary(
      fc.constantFrom('s', 't'),
      fc.record({ status: fc.option(fc.integer()), body: fc.option(json, { nil: undefined }) }),
    ),
  });

  it('not is the negation; all and any are every and some; they mirror each other', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 4 }), views, (list, seen) => {
        const each = list.map((one) => evaluate(one, seen));
        expect(evaluate({ all: list }, seen)).toBe(each.every(Boolean));
        expect(evaluate({ any: list }, seen)).toBe(each.some(Boolean));
        expect(evaluate({ not: list[0]! }, seen)).toBe(!each[0]);
        expect(evaluate({ not: { all: list } }, seen)).toBe(evaluate({ any: list.map((c) => ({ not: c })) }, seen));
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (condition, value, wanted) => {
        const seen = { attributes: { a: value }, properties: null, responses: {} } as unknown as ConditionView;
        expect(typeof evaluate(condition as Condition, seen)).toBe('boolean');
        expect(typeof evaluate({ attribute: 'a', op: 'equals', value: wanted } as Condition, seen)).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  it('below, same and above exclude each other', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const seen: ConditionView = { attributes: { a }, properties: null, responses: {} };
        const below = evaluate(on('a', 'less_than', b), seen);
        const above = evaluate(on('a', 'greater_than', b), seen);
        expect(below && above).toBe(false);
        if (evaluate(on('a', 'equals', b), seen)) expect(below || above).toBe(false);
        expect(evaluate(on('a', 'at_least', b), seen) && below).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
