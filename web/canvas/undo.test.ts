import { expect, test } from 'vitest';
import { scenarioDefinition } from '../../shared/scenario.ts';
import { differences } from './compare.ts';
import { begin, type History, put, redo, seal, typedAt, undo } from './undo.ts';

const type = <T>(all: History<T>, now: T) => put(all, now, typedAt(all.now, now));
const step = (name: string, seconds = 1) => ({ steps: [{ id: 'a', name, seconds, mode: 'set' }] });

test('typing in one field is one step back; another field, and the same one later, are others', () => {
  let all = begin(step(''));
  for (const name of ['W', 'Wa', 'Wait']) all = type(all, step(name));
  all = type(all, step('Wait', 12));
  expect(undo(all).now).toEqual(step('Wait'));
  expect(undo(undo(all)).now).toEqual(step(''));
  expect(redo(redo(undo(undo(all)))).now).toEqual(step('Wait', 12));
  all = type(seal(type(seal(all), step('Wait a', 12))), step('Wait a b', 12));
  expect(undo(all).now).toEqual(step('Wait a', 12));
});

test('what is typed after a step back joins nothing, and ends what could be done again', () => {
  let all = begin(step(''));
  for (const name of ['a', 'ab']) all = type(all, step(name));
  all = type(undo(all), step('x'));
  expect(all.future).toEqual([]);
  expect(undo(all).now).toEqual(step(''));
  expect(undo(undo(undo(all))).now).toEqual(step(''));
});

test('a choice, a new step, and several fields at once each stand alone', () => {
  const chosen = { steps: [{ id: 'a', name: '', seconds: 1, mode: 'sum' }] };
  expect(typedAt(step(''), chosen)).toBeNull();
  expect(typedAt(step(''), { steps: [] })).toBeNull();
  expect(typedAt(step('a', 1), step('b', 2))).toBeNull();
  expect(typedAt({ a: null }, { a: 'x' })).toBeNull();
  expect(typedAt(step('a'), step('ab'))).toBe('steps.0.name');
});

test('no more than 200 steps are kept', () => {
  let all = begin(0);
  for (let n = 1; n <= 300; n++) all = put(all, n, null);
  for (let n = 0; n < 300; n++) all = undo(all);
  expect(all.now).toBe(100);
});

test('two definitions are compared by step, whatever names a webhook and however keys are ordered', () => {
  const before = scenarioDefinition.parse({
    trigger: { kind: 'event', event: 'Go' },
    start: 'a',
    steps: [
      { id: 'a', kind: 'webhook', webhook: 'whk_1', next: 'b' },
      { id: 'b', kind: 'wait', seconds: 60, next: 'c' },
      { id: 'c', kind: 'exit' },
    ],
  });
  const idOf = (webhook: string) => (webhook === 'key' ? 'whk_1' : webhook);
  const [a, b, c] = before.steps;
  const same = { ...before, steps: [{ next: 'b', ...a!, webhook: 'key' } as typeof a, b, c] as typeof before.steps };
  expect(differences(before, same, idOf)).toEqual([]);
  const after = {
    ...before,
    reentry: 'once' as const,
    steps: [a!, { ...b!, next: 'd', seconds: 120 }, { ...c!, id: 'd' }] as typeof before.steps,
  };
  expect(differences(before, after, idOf)).toEqual([
    { id: 'trigger', kind: 'changed', fields: [{ name: 'entering again', before: '"always"', after: '"once"' }] },
    {
      id: 'b',
      kind: 'changed',
      fields: [
        { name: 'how long', before: '60', after: '120' },
        { name: 'what follows', before: '"c"', after: '"d"' },
      ],
    },
    { id: 'd', kind: 'added', fields: [] },
    { id: 'c', kind: 'removed', fields: [] },
  ]);
});
