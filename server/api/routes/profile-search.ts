import { z } from 'zod';
import { type Condition, condition } from '../../../shared/condition.ts';
import { evaluate } from '../../flow/conditions/index.ts';
import { type ProfileSearch, type SearchPlace, searchProfiles } from '../../flow/profiles/index.ts';
import { asksAttributesAlone } from '../../flow/scenarios/index.ts';
import { type Json, parseJson } from '../../platform/json.ts';
import { deeper } from '../input.ts';
import { type ApiParts, cursorText, foreignCursor } from '../route.ts';

// Deeper conditions decide nothing (flow/conditions); each level of one takes two levels of JSON.
const MAX_DEPTH = 30;

/** A condition on attributes, as JSON text in a query. */
export const filterQuery = z
  .string()
  .max(8_000)
  .transform((text, context): Condition => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    let value: Json;
    try {
      value = parseJson(text);
    } catch {
      return refuse('must be a condition as JSON');
    }
    if (deeper(value, MAX_DEPTH)) return refuse('is nested too deep');
    const parsed = condition.safeParse(value);
    if (!parsed.success)
      return refuse('must be a condition, such as {"attribute":"city","op":"equals","value":"Bern"}');
    return asksAttributesAlone(parsed.data) ? parsed.data : refuse('may ask for attributes alone');
  })
  .meta({ description: 'A condition on attributes, as JSON: {"attribute":"city","op":"equals","value":"Bern"}' });

function placeOf(cursor: string | undefined): SearchPlace | null {
  const text = cursorText(cursor);
  if (text === null) return null;
  const found = /^(identifier|each) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text);
  if (!found) throw foreignCursor();
  return { phase: found[1] as SearchPlace['phase'], before: found[2]! };
}

/** Profiles by a text or a condition; `incomplete` is a sentence when the time was over before the page was full. */
export async function search(
  parts: ApiParts,
  workspaceId: string,
  query: { q?: string | undefined; filter?: Condition | undefined; cursor?: string | undefined; limit: number },
) {
  const { q, filter } = query;
  const holds: ProfileSearch['holds'] =
    filter === undefined ? null : (attributes) => evaluate(filter, { attributes, properties: null, responses: {} });
  const given = { text: q ?? null, holds, from: placeOf(query.cursor), limit: query.limit };
  const { items, next, cutShort } = await searchProfiles(parts.database, workspaceId, given);
  return {
    items,
    next_cursor: next === null ? null : Buffer.from(`${next.phase} ${next.before}`).toString('base64url'),
    ...(cutShort && {
      incomplete:
        'There are many profiles, and two seconds were not enough to look at all of them. Go on with the next page, or search by the beginning of an identifier, which is quick.',
    }),
  };
}
