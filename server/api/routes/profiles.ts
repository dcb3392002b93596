import { z } from 'zod';
import { attributeName } from '../../../shared/attribute.ts';
import type { Actor } from '../../flow/inbox/index.ts';
import { type Acknowledged, updateProfile, upsertProfile } from '../../flow/ingest/index.ts';
import {
  findProfile,
  getProfile,
  identifier,
  listProfiles,
  listTimeline,
  type ProfileState,
  type ProfileView,
  type TimelineRow,
} from '../../flow/profiles/index.ts';
import { listEnrollments } from '../../flow/scenarios/index.ts';
import { type IdKind, present } from '../../platform/ids.ts';
import { type Json, parseJson } from '../../platform/json.ts';
import { DELIVERY, FACT, nameOf, ORIGIN } from '../../schema/index.ts';
import { notFound, Problem } from '../problem.ts';
import { type ApiParts, cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';
import { actorOf, presentActor } from './actor.ts';
import { enrollmentSchema, presentEnrollment } from './enrollments.ts';
import { filterQuery, search } from './profile-search.ts';

const time = z.iso.datetime();
const listed = z.object({
  id: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  created_at: time,
  updated_at: time,
});
const profile = listed.extend({
  changes: z.record(z.string(), z.object({ at: time, origin: z.string() })),
  identifiers: z.array(z.object({ kind: z.string(), value: z.string(), created_at: time })),
  merged: z.array(z.object({ id: z.string(), merged_at: time })),
});
const entry = z.object({
  id: z.string(),
  kind: z.enum(Object.keys(FACT) as [string, ...string[]]),
  origin: z.string(),
  name: z.string().nullable(),
  body: z.unknown(),
  meta: z.unknown(),
  occurred_at: time,
  received_at: time,
});
const acknowledged = z.object({
  id: z.string().meta({ description: 'The profile' }),
  change: z.string().meta({
    description: 'The change, as it will stand on the timeline; what was refused of it stands in its meta.refused',
  }),
});
const changes = {
  attributes: z.record(attributeName, z.unknown()).default({}).meta({ description: 'Attributes to set' }),
  changes: z
    .array(
      z.strictObject({
        attribute: attributeName,
        mode: z.enum(['set', 'set_if_empty', 'add_to_list', 'sum', 'remove']),
        value: z.unknown().optional(),
      }),
    )
    .max(200)
    .default([])
    .meta({ description: 'Changes in other ways, after those' }),
};
const params = z.object({ id: idParam('profile') });
const reading = { tag: 'Profiles', scope: 'read' } as const;
const writing = { tag: 'Profiles', scope: 'profiles' } as const;
const accepted = { 202: { description: 'The change is stored and will be applied in its turn', schema: acknowledged } };

function presentListed(given: ProfileState) {
  return {
    id: present('profile', given.id),
    attributes: given.attributes,
    created_at: iso(given.createdAt),
    updated_at: iso(given.updatedAt),
  };
}

function presentProfile(given: ProfileView) {
  return {
    ...presentListed(given),
    changes: Object.fromEntries(
      Object.entries(given.changes).map(([name, [at, origin]]) => [
        name,
        { at: iso(at), origin: nameOf(ORIGIN, origin) },
      ]),
    ),
    identifiers: given.identifiers.map(({ kind, value, createdAt }) => ({ kind, value, created_at: iso(createdAt) })),
    merged: given.merged.map(({ id, mergedAt }) => ({ id: present('profile', id), merged_at: iso(mergedAt) })),
  };
}

const KINDS_OF: Record<string, IdKind> = {
  delivery: 'delivery',
  enrollment: 'enrollment',
  scenario: 'scenario',
  webhook: 'webhook',
  request: 'request',
  attempt: 'attempt',
  loser: 'profile',
};

/** What Handoff itself wrote down (an outcome, a merge) with ids and states as they are outside. */
function presentBody(kind: number, body: Record<string, Json>): unknown {
  if (kind !== FACT.outcome && kind !== FACT.attempted && kind !== FACT.merge) return body;
  const shown = Object.entries(body).map(([name, value]): [string, unknown] => {
    const id = KINDS_OF[name];
    if (id && typeof value === 'string') return [name, present(id, value)];
    if (name === 'state' && typeof value === 'number') return [name, nameOf(DELIVERY, value)];
    return [name, value];
  });
  return Object.fromEntries(shown.filter(([name]) => name !== 'mode'));
}

function presentMeta(kind: number, meta: Record<string, Json>): unknown {
  return kind === FACT.update && meta.by ? { ...meta, by: presentActor(meta.by as unknown as Actor) } : meta;
}

function presentEntry(given: TimelineRow) {
  return {
    id: present('event', given.id),
    kind: nameOf(FACT, given.kind),
    origin: nameOf(ORIGIN, given.origin),
    name: given.name,
    body: given.body === null ? null : presentBody(given.kind, parseJson(given.body) as Record<string, Json>),
    meta: given.meta === null ? null : presentMeta(given.kind, parseJson(given.meta) as Record<string, Json>),
    occurred_at: iso(given.occurredAt),
    received_at: iso(given.receivedAt),
  };
}

async function existing(parts: ApiParts, workspaceId: string, id: string): Promise<ProfileView> {
  const found = await getProfile(parts.database, workspaceId, id);
  if (!found) throw notFound('profile');
  return found;
}

function acknowledge(parts: ApiParts, result: Acknowledged) {
  if (!result.ok) {
    const { field, message } = result;
    throw new Problem(422, `The profile can't be changed: ${field} ${message}.`, [{ field, message }]);
  }
  parts.signals.raise('inbox');
  const body = { id: present('profile', result.profileId), change: present('event', result.factId) };
  return { status: 202, body };
}

interface Given {
  attributes: Record<string, unknown>;
  changes: { attribute: string; mode: 'set' | 'set_if_empty' | 'add_to_list' | 'sum' | 'remove'; value?: unknown }[];
}
const changesOf = (given: Given) => [
  ...Object.entries(given.attributes).map(([attribute, value]) => ({ attribute, mode: 'set' as const, value })),
  ...given.changes,
];

/** Profiles: finding, reading and changing people. */
export const profileRoutes: Route[] = [
  route({
    ...reading,
    method: 'GET',
    path: '/profiles',
    summary: 'List profiles, newest first; find one by an identifier (kind:value), or several by a text or a condition',
    query: pageQuery.extend({
      identifier: z
        .string()
        .max(700)
        .regex(/^[^:]+:./s, 'must be kind:value, such as email:ann@example.com')
        .optional(),
      q: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .optional()
        .meta({ description: 'The beginning of an identifier, or a part of the name or email' }),
      filter: filterQuery.optional(),
    }),
    answers: {
      200: {
        description: 'A page of profiles; a search may give a short one while there is a next_cursor',
        schema: listOf(listed).extend({
          incomplete: z.string().optional().meta({ description: 'Why a search ended before the page was full' }),
        }),
      },
    },
    handler: async ({ parts, caller, query }) => {
      if (query.identifier !== undefined) {
        const cut = query.identifier.indexOf(':');
        const wanted = identifier(query.identifier.slice(0, cut), query.identifier.slice(cut + 1));
        const id = wanted && (await findProfile(parts.database, caller.workspaceId, wanted.kind, wanted.value));
        const found = id ? await getProfile(parts.database, caller.workspaceId, id) : null;
        return { body: { items: found ? [presentListed(found)] : [], next_cursor: null } };
      }
      if (query.q !== undefined || query.filter !== undefined) {
        const found = await search(parts, caller.workspaceId, query);
        return { body: { ...found, items: found.items.map(presentListed) } };
      }
      const options = { before: cursorId(query.cursor), limit: query.limit + 1 };
      const rows = await listProfiles(parts.database, caller.workspaceId, options);
      return { body: page(rows, query.limit, (row) => row.id, presentListed) };
    },
  }),
  route({
    ...writing,
    method: 'POST',
    path: '/profiles',
    summary: 'Find a profile by its identifiers, or make it, and change its attributes',
    body: z.strictObject({
      identifiers: z.record(attributeName, z.union([z.string().max(512), z.number()])).default({}),
      ...changes,
    }),
    answers: accepted,
    handler: async ({ parts, caller, body }) => {
      const given = { identifiers: body.identifiers, changes: changesOf(body), by: actorOf(caller) };
      return acknowledge(parts, await upsertProfile(parts.database, parts.clock, caller.workspaceId, given));
    },
  }),
  route({
    ...reading,
    method: 'GET',
    path: '/profiles/{id}',
    summary: 'Read a profile; the id of one that was merged away leads to the survivor',
    params,
    answers: { 200: { description: 'The profile', schema: profile } },
    handler: async ({ parts, caller, params: { id } }) => ({
      body: presentProfile(await existing(parts, caller.workspaceId, id)),
    }),
  }),
  route({
    ...writing,
    method: 'PATCH',
    path: '/profiles/{id}',
    summary: 'Change attributes of a profile',
    params,
    body: z.strictObject(changes),
    answers: accepted,
    handler: async ({ parts, caller, params: { id }, body }) => {
      const found = await existing(parts, caller.workspaceId, id);
      const { database, clock } = parts;
      const given = { changes: changesOf(body), by: actorOf(caller) };
      return acknowledge(parts, await updateProfile(database, clock, caller.workspaceId, found.id, given));
    },
  }),
  route({
    ...reading,
    method: 'GET',
    path: '/profiles/{id}/timeline',
    summary: 'What happened to a profile, newest first',
    params,
    query: pageQuery,
    answers: { 200: { description: 'A page of the timeline', schema: listOf(entry) } },
    handler: async ({ parts, caller, params: { id }, query }) => {
      const found = await existing(parts, caller.workspaceId, id);
      const options = { before: cursorId(query.cursor), limit: query.limit + 1 };
      const rows = await listTimeline(parts.database, caller.workspaceId, found, options);
      return { body: page(rows, query.limit, (row) => row.id, presentEntry) };
    },
  }),
  route({
    ...reading,
    method: 'GET',
    path: '/profiles/{id}/enrollments',
    summary: 'The scenarios that a profile went or goes through, newest first',
    params,
    query: pageQuery,
    answers: { 200: { description: 'A page of enrollments', schema: listOf(enrollmentSchema) } },
    handler: async ({ parts, caller, params: { id }, query }) => {
      const found = await existing(parts, caller.workspaceId, id);
      const ids = [found.id, ...found.merged.map((one) => one.id)];
      const options = { scenarioId: null, before: cursorId(query.cursor), limit: query.limit + 1 };
      const rows = await listEnrollments(parts.database, caller.workspaceId, ids, options);
      return { body: page(rows, query.limit, (row) => row.id, presentEnrollment) };
    },
  }),
];
