import { edgesOf, type ScenarioDefinition, type Slot } from './definition.ts';

/** A way that leads on, to a step or to an end of its own. */
export interface Forward {
  from: string;
  to: string;
  slot: Slot;
}

export interface Child {
  way: Forward;
  /** What it leads to stands below; else a way leads past others to a step that stands elsewhere. */
  placed: boolean;
}

/**
 * Every way, none of them in a circle: one that leads to a step on the path to itself ends in a sign (`back`: end to
 * step). `roots`: the trigger, and the steps that nothing leads to, which a draft may have.
 */
export function forward(definition: ScenarioDefinition) {
  const steps = new Set(definition.steps.map((step) => step.id));
  const out = Map.groupBy(edgesOf(definition), (edge) => edge.from ?? 'trigger');
  const ways: Forward[] = [];
  const back = new Map<string, string>();
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string) => {
    state.set(id, 'open');
    for (const { slot, to } of out.get(id) ?? []) {
      const end = `end ${id} ${slot}`;
      if (to === null || !steps.has(to)) ways.push({ from: id, slot, to: end });
      else if (state.get(to) === 'open') {
        back.set(end, to);
        ways.push({ from: id, slot, to: end });
      } else {
        ways.push({ from: id, slot, to });
        if (!state.has(to)) visit(to);
      }
    }
    state.set(id, 'done');
  };
  for (const id of ['trigger', ...steps]) if (!state.has(id)) visit(id);
  const led = new Set(ways.map((way) => way.to));
  return { ways, back, roots: ['trigger', ...[...steps].filter((id) => !led.has(id))] };
}

/** How many rows below its beginning each thing stands: the longest way there. */
export function rowsOf(ways: readonly Forward[]): Map<string, number> {
  const into = Map.groupBy(ways, (way) => way.to);
  const rows = new Map<string, number>();
  const row = (id: string): number => {
    const known = rows.get(id);
    if (known !== undefined) return known;
    const above = into.get(id) ?? [];
    const at = above.length === 0 ? 0 : 1 + Math.max(...above.map((way) => row(way.from)));
    rows.set(id, at);
    return at;
  };
  for (const { from, to } of ways) {
    row(from);
    row(to);
  }
  return rows;
}

/** What stands below what: each thing once, below the lowest of those that lead to it; below the trigger if it can. */
export function treeOf(
  ways: readonly Forward[],
  rows: ReadonlyMap<string, number>,
  roots: readonly string[],
): Map<string, Child[]> {
  const out = Map.groupBy(ways, (way) => way.from);
  const reached = new Set<string>();
  const walk = [roots[0]!];
  for (let at = walk.pop(); at !== undefined; at = walk.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    walk.push(...(out.get(at) ?? []).map((way) => way.to));
  }
  const rank = ({ from }: Forward) => (reached.has(from) ? 1_000 : 0) + rows.get(from)!;
  const above = new Map<string, Forward>();
  for (const way of ways) {
    const best = above.get(way.to);
    if (!best || rank(way) > rank(best)) above.set(way.to, way);
  }
  return new Map([...out].map(([id, list]) => [id, list.map((way) => ({ way, placed: above.get(way.to) === way }))]));
}
