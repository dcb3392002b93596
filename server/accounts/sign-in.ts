import { betterAuth } from 'better-auth';
import type { Kysely } from 'kysely';
import type { Database } from '../platform/database/index.ts';

/** At least so many characters in a password. */
export const MIN_PASSWORD = 10;
const DAY = 86_400;

/**
 * Passwords and sessions, by better-auth: scrypt, a session of 30 days in an HttpOnly, SameSite=Lax cookie (Secure under
 * https), a new one at every sign-in. Only its functions are used; its own routes aren't served.
 */
export function createSignIn(options: { database: Database; secret: string; publicUrl: string }) {
  return betterAuth({
    appName: 'Handoff',
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    secret: options.secret,
    database: { db: options.database.kysely as unknown as Kysely<never>, type: 'postgres' },
    user: { modelName: 'people' },
    session: { modelName: 'sessions', expiresIn: 30 * DAY, updateAge: DAY },
    account: { modelName: 'credentials' },
    verification: { modelName: 'verifications' },
    emailAndPassword: { enabled: true, minPasswordLength: MIN_PASSWORD, maxPasswordLength: 200 },
    advanced: {
      cookiePrefix: 'handoff',
      useSecureCookies: options.publicUrl.startsWith('https:'),
    },
    // Throttled by throttle.ts, which counts by address and by email; nothing of better-auth is reached from outside.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}
export type SignIn = ReturnType<typeof createSignIn>;
