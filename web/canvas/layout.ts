import { edgesOf, type ScenarioDefinition, type Slot } from './definition.ts';

/** Sizes in pixels. */
export const NODE = { width: 240, height: 84, gapX: 36, gapY: 70 };

/** Something drawn: the trigger (id `trigger`), a step, or an end (`end from slot`). */
export interface Placed {
  id: string;
  kind: 'trigger' | 'step' | 'end';
  x: number;
  y: number;
}
export interface Way {
  from: string;
  to: string;
  slot: Slot;
}

/**
 * Places a definition from the trigger down to its ends: a step stands one row below the lowest step that leads to it,
 * ways side by side in the order of their slots. A step that several ways lead to is placed once, below the first.
 */
export function layout(definition: ScenarioDefinition): { nodes: Placed[]; ways: Way[] } {
  const steps = new Set(definition.steps.map((step) => step.id));
  const ways = edgesOf(definition).map(
    ({ from, slot, to }): Way => ({
      from: from ?? 'trigger',
      slot,
      to: to !== null && steps.has(to) ? to : `end ${from ?? 'trigger'} ${slot}`,
    }),
  );
  const out = Map.groupBy(ways, (way) => way.from);
  // Rows: the longest way from the trigger; bounded, so that a definition that leads in a circle ends too.
  const led = new Set(ways.map((way) => way.to));
  const row = new Map([['trigger', 0]]);
  for (const id of steps) if (!led.has(id)) row.set(id, 1);
  for (let pass = 0; pass <= definition.steps.length; pass++) {
    let moved = false;
    for (const { from, to } of ways) {
      const at = row.get(from);
      if (at === undefined || (row.get(to) ?? -1) >= at + 1 || at + 1 > ways.length) continue;
      row.set(to, at + 1);
      moved = true;
    }
    if (!moved) break;
  }
  // Columns: leaves get the next free one, others stand over the middle of what they were first to lead to.
  const column = new Map<string, number>();
  let free = 0;
  const place = (id: string): number => {
    column.set(id, Number.NaN);
    const below = (out.get(id) ?? []).filter((way) => !column.has(way.to)).map((way) => way.to);
    const columns: number[] = [];
    for (const to of below) if (!column.has(to)) columns.push(place(to));
    const at = columns.length === 0 ? free++ : (columns[0]! + columns.at(-1)!) / 2;
    column.set(id, at);
    return at;
  };
  place('trigger');
  // Steps that nothing leads to (a draft may have them) stand at the right.
  for (const step of definition.steps) if (!led.has(step.id) && !column.has(step.id)) place(step.id);
  for (const step of definition.steps) if (!column.has(step.id)) place(step.id);
  const nodes = [...column].map(
    ([id, x]): Placed => ({
      id,
      kind: id === 'trigger' ? 'trigger' : steps.has(id) ? 'step' : 'end',
      x: x * (NODE.width + NODE.gapX),
      y: (row.get(id) ?? 1) * (NODE.height + NODE.gapY),
    }),
  );
  return { nodes, ways: ways.filter((way) => column.has(way.from) && column.has(way.to)) };
}
