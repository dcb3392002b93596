import { type WebhookParameter, webhookParameter } from '../../shared/parameter.ts';
import type { WebhookDefinition } from '../../shared/webhook.ts';
import { type Connection, type Sql, uuidArray } from '../platform/database/index.ts';
import { ExactNumber, toJson } from '../platform/json.ts';

// Longest value, as JSON text: as much as a snippet.
const MAX_VALUE = 65_536;
const titleOf = ({ name, label }: WebhookParameter) => (label === '' ? `"${name}"` : `"${label}" (${name})`);

/** What is wrong with a value of a parameter, as the end of a sentence; null when it fits. Null itself fits: no value. */
function misfit({ type, choices }: WebhookParameter, value: unknown): string | null {
  if (value === null) return null;
  if (toJson(value).length > MAX_VALUE) return 'is longer than 64 KB';
  switch (type) {
    case 'text':
    case 'long_text':
      return typeof value === 'string' ? null : 'must be a text';
    case 'number':
      return typeof value === 'number' || value instanceof ExactNumber ? null : 'must be a number';
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'choice':
      return typeof value === 'string' && choices.includes(value) ? null : `must be one of: ${choices.join(', ')}`;
    case 'json':
      return null;
  }
}

/** Faults of the parameters that a definition declares. */
export function faultsOfParameters(parameters: readonly WebhookParameter[]): { field: string; message: string }[] {
  const seen = new Set<string>();
  return parameters.flatMap((parameter, i) => {
    const faults: { field: string; message: string }[] = [];
    const at = (field: string, message: string) => faults.push({ field: `parameters.${i}.${field}`, message });
    if (seen.has(parameter.name)) at('name', `${parameter.name} stands twice`);
    seen.add(parameter.name);
    if (parameter.type === 'choice' && parameter.choices.length === 0) at('choices', 'must hold at least one choice');
    const wrong = parameter.default === undefined ? null : misfit(parameter, parameter.default);
    if (wrong) at('default', wrong);
    // Definitions hold numbers as doubles.
    const beyond =
      parameter.default instanceof ExactNumber && !Number.isSafeInteger(Math.trunc(Number(parameter.default)));
    if (beyond) at('default', 'has more digits than a default keeps; make the parameter a text');
    return faults;
  });
}

/** What is wrong with one value that a step gives: which parameter, and a sentence about what to do. */
export interface Misfit {
  name: string;
  message: string;
}

/** Values that don't fit their parameters' types. What no parameter is named after is left to `unfilled`. */
export function misfits(declared: readonly WebhookParameter[], values: Record<string, unknown>): Misfit[] {
  return declared.flatMap((parameter) => {
    const wrong = Object.hasOwn(values, parameter.name) ? misfit(parameter, values[parameter.name]) : null;
    return wrong ? [{ name: parameter.name, message: `The parameter ${titleOf(parameter)} ${wrong}.` }] : [];
  });
}

/** What keeps a step from going out beside misfits: required parameters without a value, and values of no parameter. */
export function unfilled(declared: readonly WebhookParameter[], values: Record<string, unknown>): Misfit[] {
  const given = (name: string) => Object.hasOwn(values, name) && values[name] !== null && values[name] !== '';
  const missing = declared
    .filter((one) => one.required && !given(one.name) && (one.default ?? null) === null)
    .map((one) => ({ name: one.name, message: `The parameter ${titleOf(one)} is required. Fill it in.` }));
  const unknown = Object.keys(values)
    .filter((name) => !declared.some((one) => one.name === name))
    .map((name) => ({ name, message: `The webhook has no parameter "${name.slice(0, 64)}". Take its value away.` }));
  return [...missing, ...unknown];
}

// Most webhooks have none: their definitions, which may be long, stay where they are.
const declaredSql: Sql = {
  name: 'webhook-parameters',
  text: `SELECT v.webhook_id, v.definition FROM unnest($2::uuid[]) u(id)
    CROSS JOIN LATERAL (SELECT w.id, w.version FROM webhooks w WHERE w.workspace_id = $1 AND w.id = u.id LIMIT 1) w
    CROSS JOIN LATERAL (SELECT x.webhook_id, x.definition FROM webhook_versions x
      WHERE x.workspace_id = $1 AND x.webhook_id = w.id AND x.version = w.version LIMIT 1) v
    WHERE position('"parameters":[{' in v.definition) > 0`,
};

/** The parameters of webhooks as they are now, by bare id; a webhook without parameters is left out. */
export async function loadParameters(
  on: Connection,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, WebhookParameter[]>> {
  if (ids.length === 0) return new Map();
  type Row = { webhook_id: string; definition: string };
  const rows = await on.run<Row>(declaredSql, [workspaceId, uuidArray(ids)]);
  return new Map(
    rows.map(({ webhook_id, definition }) => {
      const { parameters = [] } = JSON.parse(definition) as Partial<WebhookDefinition>;
      return [webhook_id, parameters.map((one) => webhookParameter.parse(one))];
    }),
  );
}
