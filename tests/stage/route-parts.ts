import { createSignIn } from '../../server/accounts/index.ts';
import { createKeyring } from '../../server/connections/index.ts';
import type { Clock } from '../../server/platform/clock.ts';
import type { Database } from '../../server/platform/database/index.ts';
import { createEgress } from '../../server/platform/egress/index.ts';
import { createSecrets } from '../../server/platform/secrets.ts';

const SECRET = 'a secret of the stage, 32 characters or more';

/** What routes use besides the database, for tests that call an application without a server. */
export const routeParts = (database: Database, clock: Clock) => ({
  signIn: createSignIn({ database, secret: SECRET, publicUrl: 'http://127.0.0.1' }),
  keyring: createKeyring({ database, sealer: createSecrets(SECRET) }),
  egress: createEgress({ clock, allow: [] }),
  publicUrl: 'http://127.0.0.1',
});
