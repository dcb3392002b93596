import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  createMember,
  createThrottle,
  endSessions,
  MIN_PASSWORD,
  memberByEmail,
  readLink,
  type SessionCheck,
  spendLink,
} from '../accounts/index.ts';
import { assertSameOrigin } from './auth.ts';
import { checked } from './checked.ts';
import { Problem } from './problem.ts';
import type { ApiParts } from './route.ts';

const email = z
  .email('must be an email address')
  .max(200)
  .transform((text) => text.toLowerCase());
const password = z.string().min(MIN_PASSWORD, `must have at least ${MIN_PASSWORD} characters`).max(200);
const signInBody = z.object({ email: z.string().max(200), password: z.string().max(200) });
const linkBody = z.object({
  token: z.string().max(200),
  name: z.string().trim().min(1, 'is needed').max(100).optional(),
  email: email.optional(),
  password: password.optional(),
});

const TRIES = { email: 5, address: 30 };
const GONE = 'This link was used already, or its time is over. Ask for a new one, or run "npm run sign-in-link".';

/** Signing in and out, by password or by a link. Cookies alone; every write must come from a page of ours. */
export function session(parts: ApiParts, sessions: SessionCheck) {
  const { database, clock, signIn } = parts;
  const byEmail = createThrottle(TRIES.email);
  const byAddress = createThrottle(TRIES.address);

  /** Sets the cookies of a new session and ends the one that the browser came with: none goes on under another name. */
  const begin = async (request: FastifyRequest, reply: FastifyReply, cookies: string[]) => {
    await end(request.headers.cookie);
    reply.header('set-cookie', cookies);
  };
  const end = async (cookie: string | undefined): Promise<string[]> => {
    if (!cookie?.includes('handoff.')) return [];
    const answer = await (await signIn.load()).api.signOut({ headers: new Headers({ cookie }), asResponse: true });
    sessions.forget(cookie);
    return answer.headers.getSetCookie();
  };

  return async (app: FastifyInstance) => {
    app.addHook('onRequest', async (request) => {
      if (request.method !== 'GET') assertSameOrigin(request);
    });

    app.post('/', async (request, reply) => {
      const body = checked(signInBody, request.body, '');
      const who = body.email.toLowerCase();
      const allowed = [byEmail.take(who), byAddress.take(request.ip)];
      if (allowed.includes(false))
        throw new Problem(
          429,
          'Too many wrong tries. Wait 15 minutes, or run "npm run sign-in-link" where Handoff runs.',
        );
      const { api } = await signIn.load();
      const answer = await api.signInEmail({ body: { email: who, password: body.password }, asResponse: true });
      if (!answer.ok) throw new Problem(401, 'The email or the password is wrong.');
      await begin(request, reply, answer.headers.getSetCookie());
      byEmail.forgive(who);
      byAddress.giveBack(request.ip);
      return reply.code(204).send();
    });

    app.delete('/', async (request, reply) => {
      const cookies = await end(request.headers.cookie);
      return reply.header('set-cookie', cookies).code(204).send();
    });

    app.get('/link', async (request) => {
      const { token = '' } = request.query as { token?: string };
      guess(request);
      const link = await readLink(database, token, clock.now());
      if (!link) throw new Problem(410, GONE);
      byAddress.giveBack(request.ip);
      return { kind: link.kind, email: link.email, role: link.role, needs_profile: link.kind !== 'sign_in' };
    });

    app.post('/link', async (request, reply) => {
      const body = checked(linkBody, request.body, '');
      guess(request);
      const link = await readLink(database, body.token, clock.now());
      if (!link) throw new Problem(410, GONE);
      byAddress.giveBack(request.ip);
      if (link.kind === 'sign_in') return bySignInLink(request, reply, body);
      const who = { name: body.name, email: link.email ?? body.email, password: body.password };
      const missing = Object.entries(who).filter(([, value]) => value === undefined);
      if (missing.length > 0)
        throw new Problem(
          422,
          'Name, email and password are needed.',
          missing.map(([field]) => ({ field, message: 'is needed' })),
        );
      const { name, email: address, password: secret } = who as { name: string; email: string; password: string };
      const { workspaceId, role } = link;
      const made = { workspaceId, role, name, email: address, password: secret };
      const authentication = await signIn.load();
      const cookies = await database
        .transaction(async (tx) => {
          // Used up first: of two who try at once, one goes on, and the other waits for how that ends.
          if (!(await spendLink(tx, body.token, clock.now()))) throw new Problem(410, GONE);
          return createMember(tx, { clock, authentication }, made);
        })
        .catch(async (error: unknown) => {
          if (error instanceof Problem || !(await memberByEmail(database, address))) throw error;
          throw new Problem(409, 'Someone with this email has an account already.', [
            { field: 'email', message: 'is taken: sign in with it instead' },
          ]);
        });
      await begin(request, reply, cookies);
      return reply.code(204).send();
    });

    const guess = (request: FastifyRequest) => {
      if (!byAddress.take(request.ip)) throw new Problem(429, 'Too many wrong links. Wait 15 minutes.');
    };

    const bySignInLink = async (request: FastifyRequest, reply: FastifyReply, body: z.output<typeof linkBody>) => {
      if (body.password === undefined)
        throw new Problem(422, 'Choose a new password.', [{ field: 'password', message: 'is needed' }]);
      const { password: secret } = body;
      const authentication = await signIn.load();
      const { email: who, cookies } = await database.transaction(async (tx) => {
        const link = await spendLink(tx, body.token, clock.now());
        const member = link?.email ? await memberByEmail(tx, link.email) : null;
        if (!member) throw new Problem(410, GONE);
        const mine = authentication.within(tx);
        const context = await mine.$context;
        await context.internalAdapter.updatePassword(member.personId, await context.password.hash(secret));
        await endSessions(tx, member.personId);
        const answer = await mine.api.signInEmail({
          body: { email: member.email, password: secret },
          returnHeaders: true,
        });
        return { email: member.email, cookies: answer.headers.getSetCookie() };
      });
      parts.signals.raise('people');
      byEmail.forgive(who);
      await begin(request, reply, cookies);
      return reply.code(204).send();
    };
  };
}
