import type { ScenarioDefinition, Step } from '../../shared/scenario.ts';

export type { ScenarioDefinition, Step };
export type Kind = Step['kind'];

/** A way out of the trigger or of a step. `fail`: taken when a webhook doesn't deliver. */
export type Slot = 'start' | 'next' | 'fail' | 'yes' | 'no';

/** From where to where; `from` null is the trigger, `to` null the end. */
export interface Edge {
  from: string | null;
  slot: Slot;
  to: string | null;
}

/** The ways out of a step, in the order in which they are drawn. */
export function waysOf(step: Step): { slot: Slot; to: string | null }[] {
  switch (step.kind) {
    case 'exit':
      return [];
    case 'condition':
      return [
        { slot: 'yes', to: step.yes },
        { slot: 'no', to: step.no },
      ];
    case 'webhook':
      return [
        { slot: 'next', to: step.next },
        ...(step.on_fail === undefined ? [] : [{ slot: 'fail' as const, to: step.on_fail }]),
      ];
    default:
      return [{ slot: 'next', to: step.next }];
  }
}

/** Every way of a definition; the first is the trigger's. */
export function edgesOf(definition: ScenarioDefinition): Edge[] {
  return [
    { from: null, slot: 'start', to: definition.start },
    ...definition.steps.flatMap((step) => waysOf(step).map((way) => ({ from: step.id, ...way }))),
  ];
}

function lead(step: Step, slot: Slot, to: string | null): Step {
  const field = slot === 'fail' ? 'on_fail' : slot;
  return { ...step, [field]: to } as Step;
}

/** The definition with one way leading elsewhere. */
export function redirect(
  definition: ScenarioDefinition,
  from: string | null,
  slot: Slot,
  to: string | null,
): ScenarioDefinition {
  if (from === null) return { ...definition, start: to };
  return { ...definition, steps: definition.steps.map((step) => (step.id === from ? lead(step, slot, to) : step)) };
}

/** A step id that isn't taken: the kind, or the kind and a number. */
export function freeId(definition: ScenarioDefinition, kind: Kind): string {
  const taken = new Set(definition.steps.map((step) => step.id));
  for (let n = 1; ; n++) {
    const id = n === 1 ? kind : `${kind}_${n}`;
    if (!taken.has(id)) return id;
  }
}

function fresh(kind: Kind, id: string, next: string | null, webhook: string): Step {
  switch (kind) {
    case 'webhook':
      return { id, name: '', kind, webhook, move_on: 'outcome', next };
    case 'condition':
      return { id, name: '', kind, if: { attribute: 'email', op: 'exists' }, yes: next, no: null };
    case 'wait':
      return { id, name: '', kind, seconds: 3600, next };
    case 'update':
      return { id, name: '', kind, set: [{ attribute: 'seen', mode: 'set', value: true }], next };
    case 'exit':
      return { id, name: '', kind, reason: '' };
  }
}

/**
 * Puts a new step into a way: it goes on to where the way led (an exit doesn't: what it cuts off goes). Returns the
 * step's id too.
 */
export function insert(
  definition: ScenarioDefinition,
  edge: Edge,
  kind: Kind,
  webhook: string,
): { definition: ScenarioDefinition; id: string } {
  const id = freeId(definition, kind);
  const led = redirect(definition, edge.from, edge.slot, id);
  return { definition: pruned(definition, { ...led, steps: [...led.steps, fresh(kind, id, edge.to, webhook)] }), id };
}

/** Takes a step out: what led to it leads to its first way on. Steps that nothing leads to any more go with it. */
export function remove(definition: ScenarioDefinition, id: string): ScenarioDefinition {
  const gone = definition.steps.find((step) => step.id === id);
  if (!gone) return definition;
  const first = waysOf(gone)[0]?.to ?? null;
  const to = first === id ? null : first;
  let next: ScenarioDefinition = { ...definition, steps: definition.steps.filter((step) => step.id !== id) };
  for (const edge of edgesOf(definition)) {
    if (edge.to === id && edge.from !== id) next = redirect(next, edge.from, edge.slot, to);
  }
  return pruned(definition, next);
}

/** Without the steps that the change cut off; those that nothing led to before stay, with what they lead to. */
function pruned(before: ScenarioDefinition, after: ScenarioDefinition): ScenarioDefinition {
  const was = reached(before);
  const lost = after.steps.filter(({ id }) => !was.has(id)).map(({ id }) => id);
  const is = reached(after, lost);
  return { ...after, steps: after.steps.filter(({ id }) => is.has(id)) };
}

function reached(definition: ScenarioDefinition, also: readonly string[] = []): Set<string> {
  const reached = new Set<string>();
  const walk = [definition.start, ...also];
  for (let at = walk.pop(); at !== undefined; at = walk.pop()) {
    const step = definition.steps.find((one) => one.id === at);
    if (!step || reached.has(step.id)) continue;
    reached.add(step.id);
    walk.push(...waysOf(step).map((way) => way.to));
  }
  return reached;
}

/** The definition with a step replaced. */
export function replace(definition: ScenarioDefinition, step: Step): ScenarioDefinition {
  return { ...definition, steps: definition.steps.map((one) => (one.id === step.id ? step : one)) };
}
