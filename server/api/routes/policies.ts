import { z } from 'zod';
import { throughputPolicy } from '../../../shared/policy.ts';
import { listScenariosUsing, pauseScenario, type ScenarioUse } from '../../flow/scenarios/index.ts';
import { present } from '../../platform/ids.ts';
import {
  changePolicy,
  createPolicy,
  deletePolicy,
  getPolicy,
  listPolicies,
  type PolicyUse,
  type PolicyView,
  usesOf,
  webhooksUnder,
} from '../../webhooks/index.ts';
import { notFound, Problem } from '../problem.ts';
import { type ApiParts, cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';

const tag = 'Throughput policies';
const byId = z.object({ policy: idParam('policy') });
const policy = z.object({
  id: z.string(),
  name: z.string(),
  concurrency: z.number().int().nullable(),
  rate: z.number().int().nullable(),
  per: z.enum(['second', 'minute', 'hour', 'day']).nullable(),
  now: z.object({
    open: z.number().int().meta({ description: 'Requests that are open' }),
    spent: z.number().int().meta({ description: 'Requests that count against the rate' }),
    waiting: z.number().int().meta({ description: 'Deliveries that are due and wait; 10,000 at most are counted' }),
    next_at: z.string().nullable().meta({ description: 'When the rate has room again; null when it has' }),
  }),
  created_at: z.string(),
  updated_at: z.string(),
});
const thing = z.object({ id: z.string(), name: z.string() });
const references = z.object({
  webhooks: z.array(thing).meta({ description: '200 at most' }),
  scenarios: z.array(thing.extend({ state: z.string() })),
});

const NO_USE: PolicyUse = { open: 0, spent: 0, freeAt: null, waiting: 0 };
const shown = (one: PolicyView, use: PolicyUse = NO_USE) => ({
  id: present('policy', one.id),
  name: one.name,
  concurrency: one.concurrency,
  rate: one.rate,
  per: one.per,
  now: {
    open: use.open,
    spent: use.spent,
    waiting: use.waiting,
    next_at: one.rate !== null && use.spent >= one.rate ? iso(use.freeAt) : null,
  },
  created_at: iso(one.createdAt),
  updated_at: iso(one.updatedAt),
});

async function withUse(parts: ApiParts, workspaceId: string, one: PolicyView) {
  return shown(one, (await usesOf(parts.database, workspaceId, [one.id], parts.clock.now())).get(one.id));
}

const PAGE = 200;

async function scenariosOf(parts: ApiParts, workspaceId: string, webhook: { id: string; key: string }) {
  const found: ScenarioUse[] = [];
  let before: string | null = null;
  // A workspace has some hundred scenarios; each page begins where the last one ended.
  do {
    const page: { items: ScenarioUse[]; next: string | null } = await listScenariosUsing(
      parts.database,
      workspaceId,
      webhook,
      { before, limit: PAGE },
    );
    found.push(...page.items);
    before = page.next;
  } while (before !== null);
  return found;
}

/** The webhooks under a policy, and the scenarios that are active or paused and use one of them. */
async function referencesOf(parts: ApiParts, workspaceId: string, id: string) {
  const webhooks = await webhooksUnder(parts.database, workspaceId, id);
  const scenarios = new Map<string, { id: string; name: string; state: string }>();
  for (const webhook of webhooks)
    for (const one of await scenariosOf(parts, workspaceId, webhook))
      if (one.published && (one.state === 'active' || one.state === 'paused')) scenarios.set(one.id, one);
  return { webhooks, scenarios: [...scenarios.values()] };
}

/** Throughput policies: limits that any number of webhooks share. */
export const policyRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/policies',
    scope: 'read',
    tag,
    summary: 'List throughput policies, with how it goes under them now',
    query: pageQuery,
    answers: { 200: { description: 'Policies, oldest first', schema: listOf(policy) } },
    async handler({ caller: { workspaceId }, query, parts }) {
      const rows = await listPolicies(parts.database, workspaceId, cursorId(query.cursor), query.limit + 1);
      const ids = rows.map((row) => row.id);
      const uses = await usesOf(parts.database, workspaceId, ids, parts.clock.now());
      return {
        body: page(
          rows,
          query.limit,
          (row) => row.id,
          (row) => shown(row, uses.get(row.id)),
        ),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/policies',
    scope: 'webhooks',
    action: 'edit_urls',
    tag,
    summary: 'Make a throughput policy',
    body: throughputPolicy,
    answers: { 201: { description: 'Made', schema: policy } },
    async handler({ caller: { workspaceId }, body, parts }) {
      const made = await createPolicy(parts.database, workspaceId, body, parts.clock.now());
      if (!made) throw new Problem(409, 'This workspace has 1,000 policies, the most there can be. Delete one.');
      return { status: 201, body: shown(made) };
    },
  }),
  route({
    method: 'GET',
    path: '/policies/{policy}',
    scope: 'read',
    tag,
    summary: 'Show a throughput policy: open, waiting, and when the next may go',
    params: byId,
    answers: { 200: { description: 'The policy', schema: policy } },
    async handler({ caller: { workspaceId }, params, parts }) {
      const found = await getPolicy(parts.database, workspaceId, params.policy);
      if (!found) throw notFound('policy');
      return { body: await withUse(parts, workspaceId, found) };
    },
  }),
  route({
    method: 'PUT',
    path: '/policies/{policy}',
    scope: 'webhooks',
    action: 'edit_urls',
    tag,
    summary: 'Change a throughput policy; the new limit works within a second, and what was spent stays spent',
    params: byId,
    body: throughputPolicy,
    answers: { 200: { description: 'Changed', schema: policy } },
    async handler({ caller: { workspaceId }, params, body, parts }) {
      const changed = await changePolicy(parts.database, workspaceId, params.policy, body, parts.clock.now());
      if (!changed) throw notFound('policy');
      parts.signals.raise('lanes');
      return { body: await withUse(parts, workspaceId, changed) };
    },
  }),
  route({
    method: 'GET',
    path: '/policies/{policy}/references',
    scope: 'read',
    tag,
    summary: 'Show which webhooks are under a policy, and which active or paused scenarios use them',
    params: byId,
    answers: { 200: { description: 'What refers to it', schema: references } },
    async handler({ caller: { workspaceId }, params, parts }) {
      if (!(await getPolicy(parts.database, workspaceId, params.policy))) throw notFound('policy');
      const { webhooks, scenarios } = await referencesOf(parts, workspaceId, params.policy);
      return {
        body: {
          webhooks: webhooks.map(({ id, name }) => ({ id: present('webhook', id), name })),
          scenarios: scenarios.map(({ id, name, state }) => ({ id: present('scenario', id), name, state })),
        },
      };
    },
  }),
  route({
    method: 'DELETE',
    path: '/policies/{policy}',
    scope: 'webhooks',
    action: 'edit_urls',
    tag,
    summary: 'Delete a throughput policy; what is queued under it keeps its limits until it is sent',
    params: byId,
    query: z.strictObject({
      replacement: z
        .union([z.literal('none'), idParam('policy')])
        .optional()
        .meta({ description: 'The policy that its webhooks are under from now on, or none' }),
      stop: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: 'Pause the active scenarios that use its webhooks, instead of a replacement' }),
    }),
    answers: { 204: { description: 'Deleted' } },
    async handler({ caller: { workspaceId }, params, query, parts }) {
      const { database, clock } = parts;
      if (!(await getPolicy(database, workspaceId, params.policy))) throw notFound('policy');
      const { webhooks, scenarios } = await referencesOf(parts, workspaceId, params.policy);
      const { replacement } = query;
      if (replacement === params.policy)
        throw new Problem(422, 'A policy can not replace itself. Choose another one, or "none".', [
          { field: 'replacement', message: 'is the policy that is deleted' },
        ]);
      if (webhooks.length > 0 && replacement === undefined && query.stop !== 'true') {
        const active = scenarios.filter((one) => one.state === 'active').length;
        throw new Problem(
          409,
          `${webhooks.length} webhooks are under this policy, and ${active} active scenarios use them. Name a replacement ("none" for no limit), or stop those scenarios with stop=true.`,
          [{ field: 'replacement', message: 'is needed, or stop=true' }],
        );
      }
      if (
        typeof replacement === 'string' &&
        replacement !== 'none' &&
        !(await getPolicy(database, workspaceId, replacement))
      )
        throw new Problem(422, 'There is no such policy to replace this one.', [
          { field: 'replacement', message: 'is no policy of this workspace' },
        ]);
      // First the scenarios, so that nothing goes without a limit meanwhile.
      if (query.stop === 'true')
        for (const one of scenarios) if (one.state === 'active') await pauseScenario(parts, workspaceId, one.id);
      const to = replacement === undefined || replacement === 'none' ? null : replacement;
      if (!(await deletePolicy(database, workspaceId, params.policy, to, clock.now()))) throw notFound('policy');
      parts.signals.raise('lanes');
      return { status: 204 };
    },
  }),
];
