import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scenarioDefinition } from '../../shared/scenario.ts';
import { edgesOf, insert, type Kind, redirect, remove, replace, type ScenarioDefinition } from './definition.ts';
import { LABEL, layout, type Placed, type Point } from './layout.ts';
import { neighbour, waysTaken } from './path.ts';

const empty = scenarioDefinition.parse({ trigger: { kind: 'event', event: 'Go' } });
const KINDS: Kind[] = ['webhook', 'condition', 'wait', 'update', 'exit'];

/** A definition made as a person does: again and again a way is chosen and a kind, or a step that it is to lead to. */
const made = fc
  .array(fc.tuple(fc.nat(), fc.constantFrom<Kind | 'join' | 'fail'>(...KINDS, 'join', 'fail'), fc.nat()), {
    maxLength: 30,
  })
  .map((choices) =>
    choices.reduce<ScenarioDefinition>((definition, [n, kind, m]) => {
      const edges = edgesOf(definition);
      const edge = edges[n % edges.length]!;
      const step = definition.steps[m % Math.max(1, definition.steps.length)];
      if (kind === 'join') return step ? redirect(definition, edge.from, edge.slot, step.id) : definition;
      if (kind === 'fail')
        return step?.kind === 'webhook' ? replace(definition, { ...step, on_fail: edge.to }) : definition;
      return insert(definition, edge, kind, 'whk_1').definition;
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

interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
const over = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
/** Whether a straight run passes through the inside of a box. */
const through = (p: Point, q: Point, box: Box) =>
  Math.max(p.x, q.x) > box.x &&
  Math.min(p.x, q.x) < box.x + box.width &&
  Math.max(p.y, q.y) > box.y &&
  Math.min(p.y, q.y) < box.y + box.height;

test('nothing lies over anything else: steps, ends, labels with their +, and ways', () => {
  fc.assert(
    fc.property(made, (definition) => {
      const { nodes, ways } = layout(definition);
      expect(nodes.filter((node) => node.kind === 'step')).toHaveLength(definition.steps.length);
      const labels = ways.map((way): Box => {
        const { x, y } = way.label;
        return { id: `${way.from} ${way.slot}`, x: x - LABEL.width / 2, y: y - LABEL.height / 2, ...LABEL };
      });
      const boxes: Box[] = [...nodes, ...labels];
      for (const [i, a] of boxes.entries())
        for (const b of boxes.slice(i + 1)) expect(over(a, b), `${a.id} over ${b.id}`).toBe(false);
      for (const { from, to, points } of ways)
        for (const [i, point] of points.slice(1).entries())
          for (const box of nodes)
            expect(through(points[i]!, point, box), `${from} to ${to} through ${box.id}`).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('a way begins below what it leaves, ends above what it leads to, runs straight, and never up', () => {
  fc.assert(
    fc.property(made, (definition) => {
      const { nodes, ways } = layout(definition);
      const at = new Map(nodes.map((node): [string, Placed] => [node.id, node]));
      expect(ways).toHaveLength(edgesOf(definition).length);
      for (const { from, to, points } of ways) {
        const [a, b] = [at.get(from)!, at.get(to)!];
        expect(points[0]).toEqual({ x: a.x + a.width / 2, y: a.y + a.height });
        expect(points.at(-1)).toEqual({ x: b.x + b.width / 2, y: b.y });
        for (const [i, { x, y }] of points.slice(1).entries()) {
          expect(x === points[i]!.x || y === points[i]!.y).toBe(true);
          expect(y).toBeGreaterThanOrEqual(points[i]!.y);
        }
      }
    }),
  );
});

test('conditions within conditions, a join and a way back stand where one expects them', () => {
  const definition = scenarioDefinition.parse({
    ...empty,
    start: 'a',
    steps: [
      { id: 'a', kind: 'condition', if: { attribute: 'x', op: 'exists' }, yes: 'b', no: 'c' },
      { id: 'b', kind: 'condition', if: { attribute: 'y', op: 'exists' }, yes: 'd', no: 'e' },
      { id: 'c', kind: 'wait', seconds: 1, next: 'd' },
      { id: 'd', kind: 'wait', seconds: 1, next: 'a' },
      { id: 'e', kind: 'exit' },
    ],
  });
  const { nodes } = layout(definition);
  const at = Object.fromEntries(nodes.map((node) => [node.id, node]));
  expect([at.a!.row, at.b!.row, at.c!.row, at.d!.row, at.e!.row]).toEqual([1, 2, 2, 3, 3]);
  expect(at.b!.x).toBeLessThan(at.c!.x);
  expect(at['end d next']).toMatchObject({ kind: 'end', back: 'a', row: 4 });
});

test('steps in a circle that nothing leads to are shown beside, once', () => {
  const circle = scenarioDefinition.parse({
    ...empty,
    steps: [
      { id: 'a', kind: 'wait', seconds: 1, next: 'b' },
      { id: 'b', kind: 'wait', seconds: 1, next: 'a' },
    ],
  });
  expect(layout(circle).nodes.filter((node) => node.kind === 'step')).toHaveLength(2);
});

test('of two ways that lead to the same step, the one that was taken is told by the outcome', () => {
  const definition = scenarioDefinition.parse({
    ...empty,
    start: 'hook',
    steps: [
      { id: 'hook', kind: 'webhook', webhook: 'w', next: 'if', on_fail: 'if' },
      { id: 'if', kind: 'condition', if: { attribute: 'x', op: 'exists' }, yes: 'end', no: 'end' },
      { id: 'end', kind: 'wait', seconds: 1 },
    ],
  });
  const path = [
    { step: 'hook', outcome: 'failed: no answer' },
    { step: 'if', outcome: 'no' },
    { step: 'end', outcome: null },
  ];
  expect([...waysTaken(definition, path, true)]).toEqual(['trigger start', 'hook fail', 'if no', 'end next']);
  expect(waysTaken(definition, path, false).has('end next')).toBe(false);
  expect([...waysTaken(definition, [{ step: 'gone', outcome: null }], true)]).toEqual([]);
});

test('arrow keys reach every step, and never leave them', () => {
  fc.assert(
    fc.property(made, (definition) => {
      const { nodes } = layout(definition);
      const ids = new Set(['trigger', ...definition.steps.map((step) => step.id)]);
      const seen = new Set<string>();
      const walk = [neighbour(definition, nodes, null, 'ArrowDown')!];
      for (let at = walk.pop(); at !== undefined; at = walk.pop()) {
        if (seen.has(at)) continue;
        expect(ids.has(at)).toBe(true);
        seen.add(at);
        for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'])
          walk.push(...[neighbour(definition, nodes, at, key)].filter((id) => id !== null));
      }
      expect(seen.size).toBe(ids.size);
    }),
  );
});
