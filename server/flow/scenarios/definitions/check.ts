import type { Condition } from '../../../../shared/condition.ts';
import type { WebhookParameter } from '../../../../shared/parameter.ts';
import type { ScenarioDefinition, Step, Trigger } from '../../../../shared/scenario.ts';
import { ExactNumber } from '../../../platform/json.ts';
import { misfits, unfilled } from '../../../webhooks/index.ts';
import { MAX_CONDITION_DEPTH, numeric } from '../../conditions/index.ts';
import { wrongCalendar } from '../calendar.ts';
import { checkGraph, exits, reachable } from './graph.ts';
import type { Problem } from './scenario.ts';

/** What a check needs to know of the workspace. */
export interface Surroundings {
  /** Webhooks by what a step may name them with: their key and their id. */
  webhooks: ReadonlyMap<string, { id: string; enabled: boolean; deleted: boolean }>;
  /** Parameters of the webhooks that have some, by bare id. */
  parameters: ReadonlyMap<string, readonly WebhookParameter[]>;
  /** Types of the attributes that are declared. */
  attributes: ReadonlyMap<string, string>;
}

const NO_VALUE = new Set(['exists', 'missing', 'is_null', 'is_empty']);

/** Everything that keeps a definition from being published; empty when nothing does. Pure. */
export function checkDefinition(definition: ScenarioDefinition, around: Surroundings): Problem[] {
  const problems = checkGraph(definition);
  const { trigger } = definition;
  if (trigger === null) {
    const message = 'Nothing starts the scenario. Choose an event, or make it a campaign.';
    problems.unshift({ step: null, field: 'trigger', message });
  } else {
    if (trigger.filter) problems.push(...checkCondition(trigger.filter, null, 'trigger.filter', new Set()));
    if (trigger.kind === 'campaign') problems.push(...checkCampaign(trigger));
  }
  const steps = new Map(definition.steps.map((step) => [step.id, step]));
  for (const step of steps.values()) problems.push(...checkStep(step, steps, around));
  return problems;
}

function checkCampaign({ filter, calendar }: Extract<Trigger, { kind: 'campaign' }>): Problem[] {
  const problems: Problem[] = [];
  if (filter && !asksAttributesAlone(filter)) {
    const message = 'A campaign starts without an event, so its filter may ask for attributes alone.';
    problems.push({ step: null, field: 'trigger.filter', message });
  }
  const wrong = calendar === undefined ? null : wrongCalendar(calendar);
  if (wrong) problems.push({ step: null, field: 'trigger.calendar', message: wrong });
  return problems;
}

/** Whether a condition looks at the profile's attributes and nothing else. */
export function asksAttributesAlone(given: Condition): boolean {
  if ('all' in given) return given.all.every(asksAttributesAlone);
  if ('any' in given) return given.any.every(asksAttributesAlone);
  if ('not' in given) return asksAttributesAlone(given.not);
  return 'attribute' in given;
}

function checkStep(step: Step, steps: ReadonlyMap<string, Step>, around: Surroundings): Problem[] {
  switch (step.kind) {
    case 'webhook':
      return checkWebhook(step, around);
    case 'condition':
      return checkCondition(step.if, step.id, 'if', webhooksBefore(step.id, steps));
    case 'update':
      return step.set.flatMap((one, i) => {
        const wrong = checkValue(one.mode, one.value, around.attributes.get(one.attribute));
        return wrong ? [{ step: step.id, field: `set.${i}.value`, message: `"${one.attribute}" ${wrong}` }] : [];
      });
    default:
      return [];
  }
}

type WebhookStep = Extract<Step, { kind: 'webhook' }>;

function checkWebhook(step: WebhookStep, around: Surroundings): Problem[] {
  const name = step.webhook;
  const webhook = around.webhooks.get(name);
  const say = (message: string) => [{ step: step.id, field: 'webhook', message }];
  if (!webhook) return say(`There is no webhook "${name}". Choose one by its id or key.`);
  if (webhook.deleted) return say(`The webhook "${name}" is deleted. Choose another.`);
  if (!webhook.enabled) return say(`The webhook "${name}" is switched off. Switch it on or choose another.`);
  const declared = around.parameters.get(webhook.id) ?? [];
  const missing = unfilled(declared, step.parameters ?? {});
  return [
    ...checkValues(step, around),
    ...missing.map((one) => ({ step: step.id, field: `parameters.${one.name}`, message: one.message })),
  ];
}

function checkValues(step: WebhookStep, around: Surroundings): Problem[] {
  const declared = around.parameters.get(around.webhooks.get(step.webhook)?.id ?? '') ?? [];
  return misfits(declared, step.parameters ?? {}).map(({ name, message }) => ({
    step: step.id,
    field: `parameters.${name}`,
    message,
  }));
}

/** Values that don't fit the parameters they are given to: a draft may be incomplete, and not wrong. Pure. */
export function checkDraft(draft: ScenarioDefinition, around: Surroundings): Problem[] {
  return draft.steps.flatMap((step) => (step.kind === 'webhook' ? checkValues(step, around) : []));
}

/** Webhook steps from which some way leads to `id`. */
function webhooksBefore(id: string, steps: ReadonlyMap<string, Step>): Set<string> {
  const before = new Set<string>();
  for (const step of steps.values()) {
    if (step.kind !== 'webhook') continue;
    const ahead = reachable(
      steps,
      exits(step).map((exit) => exit.to),
    );
    if (ahead.has(id)) before.add(step.id);
  }
  return before;
}

function checkCondition(
  condition: Condition,
  step: string | null,
  field: string,
  before: ReadonlySet<string>,
  depth = 0,
): Problem[] {
  if (depth > MAX_CONDITION_DEPTH) {
    return [{ step, field, message: `Conditions are nested deeper than ${MAX_CONDITION_DEPTH}. Flatten them.` }];
  }
  const inner = (part: Condition, at: string) => checkCondition(part, step, at, before, depth + 1);
  if ('all' in condition) return condition.all.flatMap((part, i) => inner(part, `${field}.all.${i}`));
  if ('any' in condition) return condition.any.flatMap((part, i) => inner(part, `${field}.any.${i}`));
  if ('not' in condition) return inner(condition.not, `${field}.not`);
  const problems: Problem[] = [];
  if ('response' in condition && !before.has(condition.response)) {
    const message = `It asks for the response of "${condition.response}", but no webhook step of this id lies before it.`;
    problems.push({ step, field: `${field}.response`, message });
  }
  if (condition.value === undefined && !NO_VALUE.has(condition.op)) {
    problems.push({ step, field: `${field}.value`, message: `"${condition.op}" needs a value to compare with.` });
  }
  if (condition.op === 'one_of' && condition.value !== undefined && !Array.isArray(condition.value)) {
    problems.push({ step, field: `${field}.value`, message: '"one_of" needs a list of values.' });
  }
  return problems;
}

/** The end of a sentence about what is wrong with writing `value`, or null. Null may always be set. */
function checkValue(mode: string, value: unknown, declared: string | undefined): string | null {
  const number = typeof value === 'number' || value instanceof ExactNumber || numeric(value as string) !== null;
  if (mode === 'sum') {
    if (!number) return 'is to grow by a value that is no number.';
    return declared && declared !== 'number' ? `is declared as ${declared}, so nothing can be added up in it.` : null;
  }
  if (mode === 'add_to_list') {
    return declared && declared !== 'list' ? `is declared as ${declared}, so nothing can be added to it.` : null;
  }
  if (value === null || declared === undefined) return null;
  const fits: Record<string, boolean> = {
    text: typeof value === 'string' || number,
    number,
    boolean: typeof value === 'boolean' || value === 'true' || value === 'false',
    'date-time': typeof value === 'string' || number,
    list: Array.isArray(value),
    map: typeof value === 'object' && !Array.isArray(value) && !(value instanceof ExactNumber),
  };
  return fits[declared] === false ? `is declared as ${declared}, and the value is none.` : null;
}
