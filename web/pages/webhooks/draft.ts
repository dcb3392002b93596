import type { Named } from '../../components/templates/names.ts';
import type { GetWebhooksWebhookResponse } from '../../data/api/index.ts';

export type Webhook = GetWebhooksWebhookResponse;
export type Definition = Webhook['definition'];

const LISTS = ['query', 'headers', 'mapping'] as const;

/**
 * The definition without rows that nothing was written into; for a preview (`incomplete` 'drop') without rows that have
 * no name yet either. `place` gives the row as the editor shows it for a field of what was sent, `headers.0.value`.
 */
export function sendable(draft: Definition, incomplete: 'drop' | 'keep') {
  const has = {
    query: ({ name, value }: Definition['query'][number]) => name !== '' || (incomplete === 'keep' && value !== ''),
    headers: ({ name, value }: Definition['headers'][number]) => name !== '' || (incomplete === 'keep' && value !== ''),
    mapping: ({ path, attribute }: Definition['mapping'][number]) =>
      incomplete === 'keep' ? path !== '' || attribute !== '' : path !== '' && attribute !== '',
  };
  const kept = Object.fromEntries(
    LISTS.map((list) => [
      list,
      [...draft[list].entries()].filter(([, row]) => has[list](row as never)).map(([at]) => at),
    ]),
  ) as Record<(typeof LISTS)[number], number[]>;
  const definition = {
    ...draft,
    query: kept.query.map((at) => draft.query[at]!),
    headers: kept.headers.map((at) => draft.headers[at]!),
    mapping: kept.mapping.map((at) => draft.mapping[at]!),
  };
  const place = (field: string) => {
    const [list, at, ...rest] = field.split('.');
    const shown = kept[list as (typeof LISTS)[number]]?.[Number(at)];
    return shown === undefined ? field : [list, shown, ...rest].join('.');
  };
  return { definition, place };
}

/** Where a webhook goes and as whom: what a role without `edit_urls` may not change. */
const bound = ({ url, method, signing, credential, headers }: Definition) =>
  JSON.stringify([
    url,
    method,
    signing,
    credential,
    headers.filter((one) => one.secret).map((one) => [one.name, one.value]),
  ]);
export const sameBound = (one: Definition, other: Definition): boolean => bound(one) === bound(other);

/** The fields in which two definitions differ. */
export function differing(one: Definition, other: Definition): (keyof Definition)[] {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])] as (keyof Definition)[];
  return keys.filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]));
}

const MOST_NAMES = 500;

/** Dotted paths of what a value holds, 3 deep; list items by nothing, since a template counts them. */
export function pathsIn(value: unknown, begin: string, deep = 3): string[] {
  if (deep === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value)
    .flatMap(([key, inner]) => [`${begin}.${key}`, ...pathsIn(inner, `${begin}.${key}`, deep - 1)])
    .slice(0, MOST_NAMES);
}

/** What a template can name: attributes, the event's properties, parameters, earlier responses. */
export function namesOf(given: {
  attributes: readonly { name: string; type: string }[];
  event: unknown;
  parameters: readonly { name: string; type?: string; label?: string }[];
  responses: readonly { step: string; paths: readonly string[] }[];
}): Named[] {
  const answers = (step: string) => `answer of the step ${step}`;
  const typed = given.attributes.filter((one) => one.name !== 'id');
  return [
    { name: 'customer.id', says: 'the id of the profile', type: 'text' },
    ...typed.map(({ name, type }) => ({ name: `customer.${name}`, says: `attribute, ${type}`, type })),
    { name: 'event.id', says: 'the id of the event', type: 'text' },
    { name: 'event.name', says: 'the name of the event', type: 'text' },
    { name: 'event.timestamp', says: 'when it happened', type: 'text' },
    ...pathsIn(given.event, 'event').map((name) => ({ name, says: 'property of the event' })),
    ...given.parameters.map(({ name, type, label }) => ({
      name: `parameters.${name}`,
      says: label || 'parameter, which a step fills in',
      ...(type && { type }),
    })),
    ...given.responses.flatMap(({ step, paths }) => [
      { name: `responses.${step}`, says: answers(step) },
      { name: `steps.${step}.status`, says: `status of the ${answers(step)}`, type: 'number' },
      { name: `steps.${step}.response`, says: answers(step) },
      ...paths.flatMap((path) =>
        [`responses.${step}.${path}`, `steps.${step}.response.${path}`, `response.${path}`].map((name) => ({
          name,
          says: `in the ${answers(step)}`,
        })),
      ),
    ]),
  ];
}

/** A place in a value as JSONPath (RFC 9535), in its short form where a key allows it. */
export function pathOf(keys: readonly (string | number)[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key)
      ? `${path}.${key}`
      : `${path}['${JSON.stringify(key).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}']`;
  }, '$');
}
