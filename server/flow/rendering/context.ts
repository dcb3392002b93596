import type { WebhookParameter } from '../../../shared/parameter.ts';
import { ExactNumber, parseJson } from '../../platform/json.ts';
import type { Scope } from './language.ts';
import { marked } from './languages/core/index.ts';

interface Context {
  /** None where a batch is put together. */
  profile?: { id: string; attributes: Record<string, unknown> };
  event?: { id: string; name: string; timestamp: string; properties: Record<string, unknown> } | null;
  responses?: Record<string, { status: number; body: string | null }>;
  step?: string;
  scenario?: unknown;
  delivery?: unknown;
  /** Values of the webhook's parameters, by name. */
  parameters?: Record<string, unknown>;
  /** Where a batch is put together: what the template of one profile gave, for each of its members. */
  customers?: string[];
  now: number;
}

const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;

/** JSON whose texts hold no lone surrogate; those become U+FFFD. */
function parseWellFormed(text: string): unknown {
  const value = parseJson(text);
  return text.includes('\\u') && ESCAPED_SURROGATE.test(text) ? wellFormed(value) : value;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(wellFormed);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toWellFormed(), wellFormed(item)]));
}

/** Adds what isn't taken by a name of the customer's own. */
function amend(values: Record<string, unknown>, more: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(more)) if (!Object.hasOwn(values, name)) values[name] = value;
  return values;
}

function parseBody(body: string | null): unknown {
  if (body === null) return null;
  try {
    return parseWellFormed(body);
  } catch {
    return body.toWellFormed();
  }
}

/** A response that is parsed when a template asks for it, once. */
function lazily(target: object, name: string, make: () => unknown): void {
  let made: { value: unknown } | null = null;
  const get = () => {
    made ??= { value: make() };
    return made.value;
  };
  Object.defineProperty(target, name, { get, enumerable: true, configurable: true });
}

/** Values by name: those that were filled in, and the defaults of the others. */
function filledIn(declared: readonly WebhookParameter[], given: Record<string, unknown>): Record<string, unknown> {
  const defaults = declared.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]]));
  const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  return { ...Object.fromEntries(defaults), ...values };
}

/**
 * What templates see, made of the context's JSON text: `customer` and `profile`, `event` and `trigger`, `responses`,
 * `steps`, `response` (the latest), `step`, `scenario`, `delivery`, `now`, `parameters`, and where a batch is put together
 * `customers` and `batch`.
 * `declared`: the webhook's parameters. Throws SyntaxError.
 */
export function scopeOf(text: string, declared: readonly WebhookParameter[]): { scope: Scope; now: number } {
  const context = parseWellFormed(text) as Context;
  const profile = context.profile && amend(context.profile.attributes, { id: context.profile.id });
  const { event } = context;
  const { id, name, timestamp } = event ?? {};
  const trigger = event === null || event === undefined ? null : amend(event.properties, { name, id, timestamp });
  const scope: Scope = {
    customer: profile,
    profile,
    event: trigger,
    trigger,
    step: context.step,
    scenario: context.scenario,
    delivery: context.delivery,
    now: new Date(context.now).toISOString(),
  };
  if (declared.length > 0 || context.parameters !== undefined)
    scope.parameters = filledIn(declared, context.parameters ?? {});
  // Members are whole already: nothing escapes them again, however they are joined.
  if (context.customers !== undefined) {
    const { customers } = context;
    scope.customers = customers.map((text) => marked(text, 'body'));
    const batch = { size: customers.length };
    // For languages that can't join.
    lazily(batch, 'list', () => marked(customers.join(','), 'body'));
    scope.batch = batch;
  }
  const responses = {};
  const steps: Record<string, object> = {};
  scope.responses = responses;
  scope.steps = steps;
  scope.response = null;
  for (const [step, { status, body }] of Object.entries(context.responses ?? {})) {
    const own = { status };
    steps[step] = own;
    lazily(responses, step, () => parseBody(body));
    lazily(own, 'response', () => (responses as Record<string, unknown>)[step]);
    lazily(scope, 'response', () => (responses as Record<string, unknown>)[step]);
  }
  return { scope, now: context.now };
}
