import { z } from 'zod';
import {
  ACTIONS,
  actionsOf,
  changeMember,
  createLink,
  LastAdministrator,
  LINK_MS,
  listMembers,
  may,
  memberByEmail,
  ROLE_NAMES,
} from '../../accounts/index.ts';
import type { Connection } from '../../platform/database/index.ts';
import { present } from '../../platform/ids.ts';
import { notFound, Problem } from '../problem.ts';
import { type Call, cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';

const role = z.enum(ROLE_NAMES);
const time = z.iso.datetime();
const person = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role,
  created_at: time,
  last_seen_at: time.nullable(),
});
const invitation = z.object({ id: z.string(), email: z.string(), role, expires_at: time });
const params = z.object({ id: idParam('member') });

async function change(call: Call<{ id: string }, undefined, unknown>, to: z.output<typeof role> | null) {
  try {
    if (!(await changeMember(call.parts.database, call.caller.workspaceId, call.params.id, to)))
      throw notFound('person');
  } catch (error) {
    if (error instanceof LastAdministrator) throw new Problem(409, error.message);
    throw error;
  }
  call.parts.signals.raise('people');
  return { status: 204 };
}

const invitations = (on: Connection, workspaceId: string, now: number) =>
  on.run<{ id: string; email: string; role: z.output<typeof role>; expires_at: number }>(
    {
      name: 'invitations',
      text: "SELECT id, email, role, expires_at FROM links WHERE workspace_id = $1 AND kind = 'invite' AND expires_at > $2 ORDER BY id LIMIT 200",
    },
    [workspaceId, now],
  );

/** People of a workspace, invitations, and who I am. */
export const peopleRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/me',
    scope: 'read',
    tag: 'People',
    summary: 'Who calls, in which workspace, and what they may do',
    answers: {
      200: {
        description: 'The caller',
        schema: z.object({
          person: z.object({ id: z.string(), name: z.string(), email: z.string(), role }).nullable(),
          workspace: z.object({ id: z.string(), name: z.string() }),
          scopes: z.array(z.string()),
          can: z.array(z.string()),
        }),
      },
    },
    handler: async ({ caller, parts }) => {
      const [workspace] = await parts.database.run<{ name: string }>(
        { name: 'me-workspace', text: 'SELECT name FROM workspaces WHERE id = $1' },
        [caller.workspaceId],
      );
      const { person: who } = caller;
      return {
        body: {
          person: who && { id: present('member', who.id), name: caller.name, email: who.email, role: who.role },
          workspace: { id: present('workspace', caller.workspaceId), name: workspace?.name ?? '' },
          scopes: caller.scopes,
          can: who === null ? actionsOf(caller.scopes) : ACTIONS.filter((action) => may(who.role, action)),
        },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/people',
    scope: 'admin',
    action: 'read',
    tag: 'People',
    summary: 'List people',
    query: pageQuery,
    answers: { 200: { description: 'People', schema: listOf(person) } },
    handler: async ({ caller, query, parts }) => {
      const rows = await listMembers(parts.database, caller.workspaceId, cursorId(query.cursor), query.limit + 1);
      return {
        body: page(
          rows,
          query.limit,
          (row) => row.id,
          (row) => ({
            id: present('member', row.id),
            name: row.name,
            email: row.email,
            role: row.role,
            created_at: iso(row.createdAt),
            last_seen_at: iso(row.lastSeenAt),
          }),
        ),
      };
    },
  }),
  route({
    method: 'PATCH',
    path: '/people/{id}',
    scope: 'admin',
    action: 'manage_people',
    tag: 'People',
    summary: "Change a person's role; it holds from their next click on",
    params,
    body: z.strictObject({ role }),
    answers: { 204: { description: 'Changed' } },
    handler: (call) => change(call, call.body.role),
  }),
  route({
    method: 'DELETE',
    path: '/people/{id}',
    scope: 'admin',
    action: 'manage_people',
    tag: 'People',
    summary: 'Remove a person, who is signed out everywhere',
    params,
    answers: { 204: { description: 'Removed' } },
    handler: (call) => change(call, null),
  }),
  route({
    method: 'GET',
    path: '/invitations',
    scope: 'admin',
    action: 'manage_people',
    tag: 'People',
    summary: 'List invitations that can still be used',
    answers: { 200: { description: 'Invitations', schema: z.object({ items: z.array(invitation) }) } },
    handler: async ({ caller, parts }) => ({
      body: {
        items: (await invitations(parts.database, caller.workspaceId, parts.clock.now())).map((row) => ({
          id: present('link', row.id),
          email: row.email,
          role: row.role,
          expires_at: iso(row.expires_at),
        })),
      },
    }),
  }),
  route({
    method: 'POST',
    path: '/invitations',
    scope: 'admin',
    action: 'manage_people',
    tag: 'People',
    summary: 'Invite someone; the link is shown this once',
    body: z.strictObject({
      email: z
        .email()
        .max(200)
        .transform((given) => given.toLowerCase()),
      role,
    }),
    answers: { 201: { description: 'Invited', schema: invitation.extend({ link: z.string() }) } },
    handler: async ({ caller, body, parts }) => {
      if (await memberByEmail(parts.database, body.email))
        throw new Problem(409, `${body.email} has an account already.`, [{ field: 'email', message: 'is taken' }]);
      const now = parts.clock.now();
      const made = await createLink(parts.database, { workspaceId: caller.workspaceId, kind: 'invite', ...body, now });
      return {
        status: 201,
        body: {
          id: present('link', made.id),
          ...body,
          link: `${parts.publicUrl}/sign-in?token=${made.token}`,
          expires_at: iso(now + LINK_MS.invite),
        },
      };
    },
  }),
  route({
    method: 'DELETE',
    path: '/invitations/{id}',
    scope: 'admin',
    action: 'manage_people',
    tag: 'People',
    summary: 'Take an invitation back',
    params: z.object({ id: idParam('link') }),
    answers: { 204: { description: 'Taken back' } },
    handler: async ({ caller, params: { id }, parts }) => {
      const rows = await parts.database.run(
        {
          name: 'invitation-remove',
          text: "DELETE FROM links WHERE workspace_id = $1 AND id = $2 AND kind = 'invite' RETURNING 1",
        },
        [caller.workspaceId, id],
      );
      if (rows.length === 0) throw notFound('invitation');
      return { status: 204 };
    },
  }),
];
