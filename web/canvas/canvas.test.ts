import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scenarioDefinition } from '../../shared/scenario.ts';
import { edgesOf, insert, type Kind, remove, type ScenarioDefinition } from './definition.ts';
import { layout, NODE } from './layout.ts';

const empty = scenarioDefinition.parse({ trigger: { kind: 'event', event: 'Go' } });
const KINDS: Kind[] = ['webhook', 'condition', 'wait', 'update', 'exit'];

/** A definition made by choosing a way and a kind again and again, as a person does. */
const made = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...KINDS)), { maxLength: 25 }).map((choices) =>
  choices.reduce<ScenarioDefinition>((definition, [n, kind]) => {
    const edges = edgesOf(definition);
    return insert(definition, edges[n % edges.length]!, kind, 'whk_1').definition;
  }, empty),
);

test('a step put into a way goes on to where the way led', () => {
  const first = insert(empty, { from: null, slot: 'start', to: null }, 'webhook', 'whk_1');
  const second = insert(first.definition, { from: null, slot: 'start', to: 'webhook' }, 'condition', 'whk_1');
  expect(second.definition.start).toBe('condition');
  expect(second.definition.steps.find((step) => step.id === 'condition')).toMatchObject({ yes: 'webhook', no: null });
});

test('a step taken out closes the gap; what only it led to goes too', () => {
  const one = insert(empty, { from: null, slot: 'start', to: null }, 'condition', 'w').definition;
  const two = insert(one, { from: 'condition', slot: 'yes', to: null }, 'wait', 'w').definition;
  const three = insert(two, { from: 'condition', slot: 'no', to: null }, 'update', 'w').definition;
  const left = remove(three, 'condition');
  expect(left.start).toBe('wait');
  expect(left.steps.map((step) => step.id)).toEqual(['wait']);
});

test('whatever was put together is valid, and taking everything out leaves nothing', () => {
  fc.assert(
    fc.property(made, (definition) => {
      expect(scenarioDefinition.safeParse(definition).success).toBe(true);
      const ids = new Set(definition.steps.map((step) => step.id));
      for (const { to } of edgesOf(definition)) expect(to === null || ids.has(to)).toBe(true);
      let left = definition;
      for (const { id } of definition.steps) left = remove(left, id);
      expect(left).toMatchObject({ start: null, steps: [] });
    }),
  );
});

test('the layout shows every step once, none over another, each below what leads to it', () => {
  fc.assert(
    fc.property(made, (definition) => {
      const { nodes, ways } = layout(definition);
      const at = new Map(nodes.map((node) => [node.id, node]));
      expect(nodes.filter((node) => node.kind === 'step')).toHaveLength(definition.steps.length);
      for (const [i, a] of nodes.entries())
        for (const b of nodes.slice(i + 1))
          expect(a.y !== b.y || Math.abs(a.x - b.x) >= NODE.width, `${a.id} over ${b.id}`).toBe(true);
      for (const way of ways) expect(at.get(way.to)!.y).toBeGreaterThan(at.get(way.from)!.y);
    }),
  );
});

test('a definition that leads in a circle is laid out too', () => {
  const circle = scenarioDefinition.parse({
    ...empty,
    start: 'a',
    steps: [
      { id: 'a', kind: 'wait', seconds: 1, next: 'b' },
      { id: 'b', kind: 'wait', seconds: 1, next: 'a' },
    ],
  });
  expect(layout(circle).nodes.filter((node) => node.kind === 'step')).toHaveLength(2);
});
