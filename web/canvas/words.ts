import type { Condition, Operator } from '../../shared/condition.ts';
import type { ScenarioDefinition, Slot, Step } from './definition.ts';

export const OPERATORS: Record<Operator, string> = {
  equals: 'is',
  not_equals: 'is not',
  exists: 'exists',
  missing: 'is missing',
  is_null: 'is null',
  is_empty: 'is empty',
  contains: 'contains',
  not_contains: 'does not contain',
  starts_with: 'starts with',
  ends_with: 'ends with',
  greater_than: 'is greater than',
  at_least: 'is at least',
  less_than: 'is less than',
  at_most: 'is at most',
  one_of: 'is one of',
};
export const WITHOUT_VALUE: readonly Operator[] = ['exists', 'missing', 'is_null', 'is_empty'];
export const KIND_WORDS: Record<Step['kind'], string> = {
  webhook: 'Webhook',
  condition: 'Condition',
  wait: 'Wait',
  update: 'Update attributes',
  exit: 'Exit',
};
export const SLOT_WORDS: Record<Slot, string> = { start: '', next: '', yes: 'yes', no: 'no', fail: 'failed' };

/** A condition as a sentence. */
export function inWords(condition: Condition): string {
  if ('all' in condition) return condition.all.map(inWords).join(' and ');
  if ('any' in condition) return condition.any.map(inWords).join(' or ');
  if ('not' in condition) return `not (${inWords(condition.not)})`;
  const what =
    'attribute' in condition
      ? condition.attribute
      : 'property' in condition
        ? `event ${condition.property}`
        : `answer of ${condition.response}${condition.path ? ` ${condition.path}` : ' status'}`;
  const value = WITHOUT_VALUE.includes(condition.op) ? '' : ` ${JSON.stringify(condition.value ?? null)}`;
  return `${what} ${OPERATORS[condition.op]}${value}`;
}

/** A span of time, e.g. `2 days`. */
export function spanOf(seconds: number): string {
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const)
    if (seconds >= size && seconds % size === 0) return `${seconds / size} ${unit}${seconds === size ? '' : 's'}`;
  return `${seconds} seconds`;
}

/** What a step does, in a line. `nameOf` names webhooks. */
export function lineOf(step: Step, nameOf: (id: string) => string): string {
  switch (step.kind) {
    case 'webhook':
      return nameOf(step.webhook);
    case 'condition':
      return inWords(step.if);
    case 'wait':
      return spanOf(step.seconds);
    case 'update':
      return step.set.map((one) => `${one.attribute}: ${JSON.stringify(one.value)}`).join(', ');
    case 'exit':
      return step.reason || 'Ends here';
  }
}

/** What starts the scenario, in a line. */
export function triggerLine({ trigger }: ScenarioDefinition): string {
  if (!trigger) return 'Choose an event';
  if (trigger.kind === 'campaign') {
    const who = trigger.filter ? `Profiles whose ${inWords(trigger.filter)}` : 'Every profile';
    return trigger.calendar === undefined ? who : `${who}, by the calendar ${trigger.calendar}`;
  }
  return trigger.filter ? `${trigger.event}, where ${inWords(trigger.filter)}` : trigger.event;
}
