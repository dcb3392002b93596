import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson, toJson } from '../platform/json.ts';
import { readFile, writeFile } from './text.ts';
import { UnreadableFile } from './unreadable.ts';

test('what is written is read back the same, numbers as they were written', async () => {
  const exact = parseJson(
    '{"handoff":1,"a":[12.50,9007199254740993,1e3,-0.10,0],"b":{"on":"yes","no":"1.50","n":"~","m":"a\\nb\\n"}}',
  );
  expect(toJson(await readFile(writeFile(exact as object, 'yaml')))).toBe(toJson(exact));
  expect(toJson(await readFile(writeFile(exact as object, 'json')))).toBe(toJson(exact));
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
  await fc.assert(
    fc.asyncProperty(tree, async (value) => {
      const file = { handoff: 1, value };
      expect(await readFile(writeFile(file, 'yaml'))).toEqual(JSON.parse(JSON.stringify(file)));
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
    ['a: !odd x', /not YAML: Unresolved tag.*line 1/],
    ['a: 1\n---\nb: 2', /more than one document/],
    ['- x\n'.repeat(40_000), /more than 80000 parts/],
  ])('%.40s', async (text, why) => {
    await expect(readFile(text)).rejects.toThrow(why);
    await expect(readFile(text)).rejects.toThrow(UnreadableFile);
  });
});

/** How long nothing else could be done at the longest while something was, in ms; the best of three. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  const longest: number[] = [];
  for (let i = 0; i < 3; i++) {
    let [last, most, going] = [performance.now(), 0, true];
    const look = () => {
      const now = performance.now();
      most = Math.max(most, now - last);
      last = now;
      if (going) setImmediate(look);
    };
    look();
    await work().catch(() => {});
    look();
    going = false;
    longest.push(most);
  }
  return Math.min(...longest);
}

// Without its bounds each of these took seconds or minutes; with them, under 200 ms on a quiet machine.
const HELD_UP_MS = 1_500;
const most = (text: string) => text.repeat(Math.floor(299_000 / text.length));
const some = (text: string) => text.repeat(Math.floor(78_000 / text.length));
test.each([
  ['commas', `[${most(',')}]`],
  ['commas within the bound', `[${some(',')}]`],
  ['anchors', some('&a ')],
  ['ends of lists', some(']')],
  ['lists in lists', some('[')],
  ['documents', some('---\n')],
  ['odd tags', some('- !x a\n')],
  ['escapes', `"${most('\\q')}"`],
  ['quotes', some('"')],
  ['lines of a text', `a: >\n${most(' x\n\n')}`],
])('a hostile file holds nobody up: %s', async (_name, text) => {
  expect(await longestBlock(() => readFile(text))).toBeLessThan(HELD_UP_MS);
});

test('a file of 200 webhooks and 200 scenarios is read, and holds nobody up', async () => {
  const body = `{\n${Array.from({ length: 8 }, (_, i) => `  "field${i}": "{{ customer.attribute_${i} }}"`).join(',\n')}\n}`;
  const file = {
    handoff: 1,
    webhooks: Array.from({ length: 200 }, (_, i) => ({
      key: `hook-${i}`,
      name: `Hook ${i}`,
      description: 'What it does, in a sentence or two.',
      definition: {
        language: 'jinja',
        url: `https://api.example/v1/things/${i}`,
        headers: [{ name: 'X-Team', value: 'sales' }],
        body,
        mapping: [{ path: '$.id', attribute: 'crm_id', mode: 'set' }],
      },
    })),
    scenarios: Array.from({ length: 200 }, (_, i) => ({
      name: `Scenario ${i}`,
      definition: {
        trigger: { kind: 'event', event: 'order' },
        start: 's0',
        steps: Array.from({ length: 4 }, (_, k) => ({ id: `s${k}`, kind: 'webhook', webhook: `hook-${i}` })),
      },
    })),
  };
  const text = writeFile(file, 'yaml');
  expect(text.length).toBeGreaterThan(200_000);
  expect(await readFile(text)).toEqual(file);
  expect(await longestBlock(() => readFile(text))).toBeLessThan(HELD_UP_MS);
});
