import type { ScenarioDefinition, Step } from './definition.ts';

/** How a step, or the trigger (id `trigger`), differs; `fields` says in words in what, for a changed one. */
export interface Difference {
  id: string;
  kind: 'added' | 'removed' | 'changed';
  fields: readonly { name: string; before: string; after: string }[];
}

const WORDS: Record<string, string> = {
  name: 'name',
  kind: 'kind',
  webhook: 'webhook',
  move_on: 'when it moves on',
  next: 'what follows',
  on_fail: 'what follows a failure',
  yes: 'what follows a yes',
  no: 'what follows a no',
  if: 'condition',
  seconds: 'how long',
  set: 'attributes',
  reason: 'reason',
  trigger: 'what starts it',
  reentry: 'entering again',
  start: 'first step',
};

/** JSON with its keys in order, so that what means the same reads the same. */
function canonical(value: unknown): string {
  const sorted = (_key: string, at: unknown) =>
    typeof at === 'object' && at !== null && !Array.isArray(at)
      ? Object.fromEntries(Object.entries(at).sort(([a], [b]) => (a < b ? -1 : 1)))
      : at;
  return JSON.stringify(value, sorted) ?? 'nothing';
}

/**
 * What was added, removed and changed from one definition to another, by step. `idOf`: the id that a webhook is named
 * by, since a draft may name it by its key.
 */
export function differences(
  before: ScenarioDefinition,
  after: ScenarioDefinition,
  idOf: (webhook: string) => string,
): Difference[] {
  const was = new Map(before.steps.map((step) => [step.id, plain(step, idOf)]));
  const is = new Map(after.steps.map((step) => [step.id, plain(step, idOf)]));
  const found: Difference[] = [];
  const whole = fieldsOf(wholeOf(before), wholeOf(after));
  if (whole.length > 0) found.push({ id: 'trigger', kind: 'changed', fields: whole });
  for (const [id, step] of is) {
    const old = was.get(id);
    if (!old) found.push({ id, kind: 'added', fields: [] });
    else {
      const fields = fieldsOf(old, step);
      if (fields.length > 0) found.push({ id, kind: 'changed', fields });
    }
  }
  for (const id of was.keys()) if (!is.has(id)) found.push({ id, kind: 'removed', fields: [] });
  return found;
}

const wholeOf = ({ trigger, reentry, start }: ScenarioDefinition) => ({ trigger, reentry, start }) as const;

const plain = (step: Step, idOf: (webhook: string) => string): Record<string, unknown> =>
  step.kind === 'webhook' ? { ...step, webhook: idOf(step.webhook) } : { ...step };

function fieldsOf(before: Record<string, unknown>, after: Record<string, unknown>): Difference['fields'] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const texts = [canonical(before[name]), canonical(after[name])] as const;
    return texts[0] === texts[1] ? [] : [{ name: WORDS[name] ?? name, before: texts[0], after: texts[1] }];
  });
}
