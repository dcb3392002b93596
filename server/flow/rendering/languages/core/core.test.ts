import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExactNumber, parseJson } from '../../../../platform/json.ts';
import {
  Budget,
  BudgetError,
  compareNumbers,
  concat,
  counted,
  entry,
  Float,
  fieldsOf,
  float,
  floatText,
  instantOf,
  isMap,
  jsonText,
  keysOf,
  kindOf,
  LanguageError,
  LIMITS,
  Marked,
  Moment,
  marked,
  replace,
  Source,
  slice,
  type Text,
  Tool,
} from './index.ts';

const budget = () => new Budget();

class Thing extends Tool {
  override get(name: string): unknown {
    return name === 'own' ? 1 : undefined;
  }
  override toString(): string {
    return 'thing';
  }
}

describe('values', () => {
  test('kinds', () => {
    const values = [undefined, null, true, 1, 1.5, 2n, new Float(5), new ExactNumber('12.50'), 'x', new Moment(0)];
    expect(values.map(kindOf).join(' ')).toBe('missing null boolean integer float integer float float text date');
    expect([[], {}, new Map(), new Thing(), () => 1, Object.create(null), new Date(0)].map(kindOf).join(' ')).toBe(
      'list map map tool missing map missing',
    );
  });

  test('maps show what they own and nothing else', () => {
    const map = parseJson('{"a":1,"__proto__":{"b":2}}') as Record<string, unknown>;
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf'])
      expect(entry(map, name)).toBe(undefined);
    expect(keysOf(map)).toEqual(['a', '__proto__']);
    expect(entry(map, 'b')).toBe(undefined);
    expect(isMap(new Thing())).toBe(false);
  });
});

describe('numbers', () => {
  test('print so that they read back', () => {
    expect([5, -0, 1e16, 1e-5, 0.1, 1e22, 123456789.125].map((value) => floatText(value)).join(' ')).toBe(
      '5.0 -0.0 1e+16 1e-05 0.1 1e+22 123456789.125',
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(floatText(value))).toBe(value);
      }),
    );
  });

  test('compare by what they mean, whatever their size', () => {
    expect(compareNumbers(9007199254740993n, 9007199254740992)).toBe(1);
    expect(compareNumbers(new ExactNumber('12.50'), 12.5)).toBe(0);
    expect(compareNumbers(new Float(3), 3)).toBe(0);
    expect(counted(new ExactNumber('12345678901234567890'))).toBe(12345678901234567890n);
    expect(float(2)).toBeInstanceOf(Float);
  });
});

describe('texts', () => {
  const member = marked('{"a":1}', 'everywhere');
  const parts = (text: Text) => (text instanceof Marked ? text.parts.map((part) => `${part.safe}:${part.text}`) : text);

  test('keep marks where they are joined, cut and replaced', () => {
    expect(parts(concat([member, ',', member], budget()))).toEqual([
      'everywhere:{"a":1}',
      'nowhere:,',
      'everywhere:{"a":1}',
    ]);
    expect(parts(concat([member, marked(',', 'everywhere')], budget()))).toEqual(['everywhere:{"a":1},']);
    expect(parts(slice(concat([member, 'data'], budget()), 5, 9))).toEqual(['everywhere:1}', 'nowhere:da']);
    expect(parts(slice(concat([member, 'data'], budget()), 7, 9))).toBe('da');
    expect(parts(replace(member, 'a', marked('b', 'everywhere'), 9, budget()))).toEqual(['everywhere:{"b":1}']);
  });

  test("what is put into data is data, also the author's", () => {
    const made = replace(
      concat(['it"s', marked('!', 'everywhere')], budget()),
      '"',
      marked('\\"', 'everywhere'),
      9,
      budget(),
    );
    expect(parts(made)).toEqual(['nowhere:it\\"s', 'everywhere:!']);
  });

  test('are the same texts as without marks', () => {
    const piece = fc.tuple(fc.string(), fc.constantFrom('nowhere', 'everywhere', 'xml', 'url', 'body'));
    fc.assert(
      fc.property(fc.array(piece), fc.nat(20), fc.nat(20), fc.string({ maxLength: 2 }), (pieces, a, b, from) => {
        const text = concat(
          pieces.map(([one, safe]) => marked(one, safe as 'xml')),
          budget(),
        );
        const plain = pieces.map(([one]) => one).join('');
        expect(String(text)).toBe(plain);
        expect(String(slice(text, a, b))).toBe(plain.slice(a, b));
        if (from !== '')
          expect(String(replace(text, from, 'X', Number.POSITIVE_INFINITY, budget()))).toBe(
            plain.replaceAll(from, 'X'),
          );
      }),
    );
  });
});

test('JSON text of values that templates make', () => {
  const map = new Map<unknown, unknown>([
    ['a', [1, new Float(2), 3n, null, undefined]],
    [5, marked('x', 'everywhere')],
    ['n', new ExactNumber('12.50')],
    ['t', new Thing()],
    ['inf', new Float(Infinity)],
  ]);
  expect(jsonText(map, budget())).toBe('{"a":[1,2.0,3,null,null],"5":"x","n":12.50,"t":"thing","inf":null}');
  const circle: unknown[] = [];
  circle.push(circle);
  expect(() => jsonText(circle, budget())).toThrow(BudgetError);
});

describe('budget', () => {
  test.each([
    ['use', LIMITS.allocation],
    ['put', LIMITS.output],
    ['steps', LIMITS.steps],
    ['items', LIMITS.allocation / 8],
    ['entries', LIMITS.allocation / 32],
  ] as const)('%s ends at its limit', (what, limit) => {
    const own = budget();
    own[what](limit);
    expect(() => own[what](1)).toThrow(BudgetError);
  });

  test('depth is given back', () => {
    const own = new Budget({ ...LIMITS, depth: 2 });
    for (let i = 0; i < 5; i++) {
      own.enter();
      own.enter();
      own.leave();
      own.leave();
    }
    own.enter();
    own.enter();
    expect(() => own.enter()).toThrow(BudgetError);
  });
});

test('errors say where, and what to try', () => {
  const source = new Source('one\ntwo three', 'body');
  expect(source.failure(new LanguageError('No.', 'Do that.'), 8)).toMatchObject({
    code: 'template_error',
    message: 'No. Do that.',
    hint: 'Do that.',
    place: { field: 'body', line: 2, column: 5 },
  });
  expect(source.failure(new BudgetError('Too much.'), 0)).toMatchObject({ code: 'template_budget' });
});

test('dates show what their zone shows, also where clocks change', () => {
  const { offset, hour, weekday, yearday } = fieldsOf(new Moment(Date.UTC(2026, 6, 1, 22, 30), 'Europe/Prague'));
  expect([offset, hour, weekday, yearday]).toEqual([120, 0, 4, 183]);
  expect(new Date(instantOf(Date.UTC(2026, 0, 15, 12), 'America/New_York')).toISOString()).toBe(
    '2026-01-15T17:00:00.000Z',
  );
});
