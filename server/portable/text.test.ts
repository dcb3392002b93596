import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson, toJson } from '../platform/json.ts';
import { readFile, UnreadableFile, writeFile } from './text.ts';

test('what is written is read back the same, numbers as they were written', () => {
  const exact = parseJson(
    '{"handoff":1,"a":[12.50,9007199254740993,1e3,-0.10,0],"b":{"on":"yes","no":"1.50","n":"~","m":"a\\nb\\n"}}',
  );
  expect(toJson(readFile(writeFile(exact as object, 'yaml')))).toBe(toJson(exact));
  expect(toJson(readFile(writeFile(exact as object, 'json')))).toBe(toJson(exact));
  expect(writeFile(exact as object, 'yaml')).toMatch(/^# .*\n# .*\nhandoff: 1\na:\n {2}- 12\.50\n/);
  const text = fc.oneof(
    fc.string({ unit: 'binary' }).map((one) => one.toWellFormed().replaceAll('\0', '')),
    fc.constantFrom(
      '{{ a }}',
      '{% if %}\n  x\n',
      '- a',
      '# b',
      'null',
      ' ',
      '0x1F',
      '1_000',
      '2026-01-01',
      '&a',
      '*a',
      '! x',
      '<<',
    ),
  );
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        text.filter((one) => one !== '__proto__'),
        tie('value'),
        { maxKeys: 3 },
      ),
    ),
  })).value;
  fc.assert(
    fc.property(tree, (value) => {
      const file = { handoff: 1, value };
      expect(readFile(writeFile(file, 'yaml'))).toEqual(JSON.parse(JSON.stringify(file)));
    }),
    { numRuns: 500 },
  );
});

describe('a file that is no good is refused with its place', () => {
  test.each([
    ['a: &x [1]\nb: *x', /Line 2 refers to another place/],
    [
      `a: &a [x]\n${Array.from({ length: 9 }, (_, i) => `b${i}: &b${i} [*a, *a]`).join('\n')}`,
      /refers to another place/,
    ],
    ['a: 1\nb: 2\na: 3', /a stands twice, near line 3/],
    ['a: [1\nb: 2', /not YAML: .*line/],
    ['? [a]\n: b', /name that is no text/],
    ['{"a": 1,}}', /not YAML/],
    [`${'['.repeat(100_000)}`, /nested too deeply/],
    [`${'- '.repeat(5_000)}x`, /nested too deeply/],
    ['x'.repeat(700_001), /longer than 700000/],
    [`a: ${'x'.repeat(300_000)}`, /or as JSON/],
  ])('%.40s', (text, why) => {
    expect(() => readFile(text)).toThrow(why);
    expect(() => readFile(text)).toThrow(UnreadableFile);
  });
});
