import { createSignIn } from '../../server/accounts/index.ts';
import type { Database } from '../../server/platform/database/index.ts';

/** Passwords and sessions on a database of a test. */
export const signInOf = (database: Database) =>
  createSignIn({ database, secret: 'a secret of the stage, 32 characters or more', publicUrl: 'http://127.0.0.1' });
