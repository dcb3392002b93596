import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webhookParameter } from '../../../../shared/parameter.ts';
import { scenarioDefinition } from '../../../../shared/scenario.ts';
import { checkDefinition, type Surroundings } from './check.ts';

const around: Surroundings = {
  webhooks: new Map([
    ['crm', { id: 'a', enabled: true, deleted: false }],
    ['off', { id: 'b', enabled: false, deleted: false }],
    ['gone', { id: 'c', enabled: true, deleted: true }],
  ]),
  parameters: new Map([['a', [webhookParameter.parse({ name: 'size', type: 'number', default: 1 })]]]),
  attributes: new Map([
    ['score', 'number'],
    ['tags', 'list'],
    ['city', 'text'],
  ]),
};
const trigger = { kind: 'event', event: 'Order' };
const wait = (id: string, next: string | null = null) => ({ id, kind: 'wait', seconds: 5, next });
const hook = (id: string, next: string | null = null, more: object = {}) => ({
  id,
  kind: 'webhook',
  webhook: 'crm',
  next,
  ...more,
});
const branch = (id: string, yes: string | null, no: string | null, test: object) => ({
  id,
  kind: 'condition',
  if: test,
  yes,
  no,
});
const set = (id: string, attribute: string, value: unknown, mode = 'set') => ({
  id,
  kind: 'update',
  set: [{ attribute, mode, value }],
});

function problems(steps: object[], more: object = {}) {
  const first = (steps[0] as { id: string } | undefined)?.id ?? null;
  const definition = scenarioDefinition.parse({ trigger, start: first, steps, ...more });
  return checkDefinition(definition, around).map((one) => `${one.step}/${one.field}`);
}

describe('a check', () => {
  const asks = { response: 'w', op: 'equals', value: 200 };
  it.each<[string, object[], object, string[]]>([
    ['finds nothing in a whole one', [hook('w', 'c'), branch('c', 'x', null, asks), wait('x')], {}, []],
    ['allows a circle that waits', [hook('w', 'x'), wait('x', 'w')], {}, []],
    ['wants a trigger', [wait('a')], { trigger: null }, ['null/trigger']],
    ['wants steps', [], {}, ['null/steps']],
    ['wants a first step', [wait('a')], { start: null }, ['null/start']],
    ['wants a first step that exists', [wait('a')], { start: 'b' }, ['null/start']],
    ['follows next', [wait('a', 'b')], {}, ['a/next']],
    ['follows on_fail', [hook('a', null, { on_fail: 'b' })], {}, ['a/on_fail']],
    ['follows yes and no', [branch('a', 'b', 'c', { attribute: 'x', op: 'exists' })], {}, ['a/yes', 'a/no']],
    ['finds double ids', [wait('a'), wait('a')], {}, ['a/id']],
    ['finds what nobody reaches', [wait('a'), wait('b', 'a')], {}, ['b/id']],
    ['finds a circle that never waits', [hook('w', 'v'), hook('v', 'w')], {}, ['w/next', 'v/next']],
    ['finds a step that follows itself', [hook('w', 'w')], {}, ['w/next']],
    ['knows the webhooks', [hook('w', null, { webhook: 'nope' })], {}, ['w/webhook']],
    ['refuses deleted webhooks', [hook('w', null, { webhook: 'gone' })], {}, ['w/webhook']],
    ['refuses webhooks switched off', [hook('w', null, { webhook: 'off' })], {}, ['w/webhook']],
    ['knows what lies before', [branch('c', 'w', null, asks), hook('w')], {}, ['c/if.response']],
    ['takes no other step for a webhook', [wait('w', 'c'), branch('c', null, null, asks)], {}, ['c/if.response']],
    [
      'knows that no response precedes the trigger',
      [hook('w')],
      { trigger: { ...trigger, filter: { not: asks } } },
      ['null/trigger.filter.not.response'],
    ],
    ['wants a value', [branch('c', null, null, { all: [{ attribute: 'x', op: 'equals' }] })], {}, ['c/if.all.0.value']],
    [
      'wants a list for one_of',
      [branch('c', null, null, { attribute: 'x', op: 'one_of', value: 1 })],
      {},
      ['c/if.value'],
    ],
    ['wants numbers to add up', [set('u', 'score', 'ten', 'sum')], {}, ['u/set.0.value']],
    ['adds numbers to nothing but numbers', [set('u', 'city', 1, 'sum')], {}, ['u/set.0.value']],
    ['adds to nothing but lists', [set('u', 'city', 'a', 'add_to_list')], {}, ['u/set.0.value']],
    ['knows declared types', [set('u', 'tags', { a: 1 })], {}, ['u/set.0.value']],
    ['lets anything be null', [set('u', 'tags', null)], {}, []],
    ['wants parameters to fit', [hook('w', null, { parameters: { size: 'x' } })], {}, ['w/parameters.size']],
    ['wants known parameters', [hook('w', null, { parameters: { sise: 1 } })], {}, ['w/parameters.sise']],
    ['lets undeclared ones be anything', [set('u', 'new', [1])], {}, []],
  ])('%s', (_name, steps, more, expected) => {
    expect(problems(steps, more)).toEqual(expected);
  });

  it('refuses conditions nested too deep', () => {
    let deep: object = { attribute: 'x', op: 'exists' };
    for (let i = 0; i < 30; i++) deep = { not: deep };
    expect(problems([branch('c', null, null, deep)])).toHaveLength(1);
  });

  it('lets no graph through that can go round without a wait', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const to = fc.constantFrom(...ids, null);
    const arrows = fc.tuple(...ids.map(() => fc.tuple(fc.boolean(), to, to)));
    fc.assert(
      fc.property(arrows, (list) => {
        const steps = list.map(([waits, yes, no], i) =>
          waits ? wait(ids[i]!, yes) : branch(ids[i]!, yes, no, { attribute: 'x', op: 'exists' }),
        );
        if (problems(steps).some((one) => !one.endsWith('/id'))) return;
        // Longest way without a wait, by walking it: it must end within as many steps as there are.
        const length = (id: string | null, seen: number): number => {
          const at = id === null ? -1 : ids.indexOf(id);
          if (at < 0 || list[at]![0] || seen > ids.length) return seen;
          return Math.max(length(list[at]![1], seen + 1), length(list[at]![2], seen + 1));
        };
        for (const id of ids) expect(length(id, 0)).toBeLessThanOrEqual(ids.length);
      }),
      { numRuns: 500 },
    );
  });
});
