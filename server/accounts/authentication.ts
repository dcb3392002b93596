import { betterAuth } from 'better-auth';
import type { Connection } from '../platform/database/index.ts';
import { MIN_PASSWORD } from './password.ts';
import { signInStore } from './sign-in-store.ts';

const DAY = 86_400;

/** What sessions and passwords are made with. */
export interface SignInOptions {
  database: Connection;
  secret: string;
  /** Cookies are Secure when this is https. */
  publicUrl: string;
}

/**
 * Passwords and sessions, by better-auth: scrypt, a session of 30 days in an HttpOnly, SameSite=Lax cookie (Secure under
 * https), a new one at every sign-in. Only its functions are used; its own routes aren't served. `within` gives the same
 * on a transaction, so that what better-auth writes stands or falls with what we write beside it.
 */
export function createAuthentication(options: SignInOptions) {
  return Object.assign(build(options), { within: (tx: Connection) => build({ ...options, database: tx }) });
}
export type Authentication = ReturnType<typeof createAuthentication>;

function build(options: SignInOptions) {
  return betterAuth({
    appName: 'Handoff',
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    secret: options.secret,
    database: signInStore(options.database),
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
