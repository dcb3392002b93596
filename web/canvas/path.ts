import { edgesOf, type ScenarioDefinition, type Slot, waysOf } from './definition.ts';

/** A step that was reached, and what came of it: `yes`, `no`, `delivered`, `failed: …`; null when nothing was said. */
export interface Passed {
  step: string;
  outcome: string | null;
}

/** A way by where it begins: `from slot`; from the trigger it is `trigger start`. */
export const wayId = (from: string | null, slot: Slot) => `${from ?? 'trigger'} ${slot}`;

/**
 * The ways of a definition that were taken, in order of `path`. `ended`: the last step led out. A way that the
 * definition doesn't have (any more) is left out.
 */
export function waysTaken(definition: ScenarioDefinition, path: readonly Passed[], ended: boolean): Set<string> {
  const taken = new Set<string>();
  const known = new Set(definition.steps.map((step) => step.id));
  const [first] = path;
  if (first && definition.start === first.step) taken.add(wayId(null, 'start'));
  for (const [i, { step: id, outcome }] of path.entries()) {
    const step = definition.steps.find((one) => one.id === id);
    const to = path[i + 1]?.step ?? null;
    if (!step || (to === null && !ended)) continue;
    const leading = waysOf(step).filter((way) => (way.to !== null && known.has(way.to) ? way.to : null) === to);
    const chosen = leading.find((way) => suits(way.slot, outcome)) ?? leading[0];
    if (chosen) taken.add(wayId(id, chosen.slot));
  }
  return taken;
}

/** Whether an outcome leads this way. */
function suits(slot: Slot, outcome: string | null): boolean {
  if (slot === 'yes' || slot === 'no') return outcome === slot;
  const failed = /^(failed|skipped|cancelled)/.test(outcome ?? '');
  return slot === 'fail' ? failed : !failed;
}

/** Where an arrow key leads from a thing: along its ways, or to its neighbour in the row. */
export function neighbour(
  definition: ScenarioDefinition,
  nodes: readonly { id: string; kind: string; x: number; row: number }[],
  from: string | null,
  key: string,
): string | null {
  if (from === null) return 'trigger';
  const edges = edgesOf(definition).map(({ from: a, to }) => ({ from: a ?? 'trigger', to }));
  const at = nodes.find((node) => node.id === from);
  if (!at) return 'trigger';
  const rowOf = (id: string | null) => nodes.find((node) => node.id === id)?.row ?? 0;
  if (key === 'ArrowDown') return edges.find((edge) => edge.from === from && rowOf(edge.to) > at.row)?.to ?? null;
  if (key === 'ArrowUp') {
    const above = edges.filter((edge) => edge.to === from).map((edge) => edge.from);
    return above.filter((id) => rowOf(id) < at.row).sort((a, b) => rowOf(b) - rowOf(a))[0] ?? null;
  }
  const beside = nodes.filter((node) => node.row === at.row && node.kind !== 'end' && node.id !== from);
  const wanted = beside.filter((node) => (key === 'ArrowLeft' ? node.x < at.x : node.x > at.x));
  return wanted.sort((a, b) => Math.abs(a.x - at.x) - Math.abs(b.x - at.x))[0]?.id ?? null;
}
