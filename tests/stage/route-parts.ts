import { createSignIn } from '../../server/accounts/index.ts';
import { createKeyring } from '../../server/connections/index.ts';
import { createDoor } from '../../server/flow/ingest/index.ts';
import type { Clock } from '../../server/platform/clock.ts';
import type { Database } from '../../server/platform/database/index.ts';
import { createEgress } from '../../server/platform/egress/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { createSecrets } from '../../server/platform/secrets.ts';
import { Signals } from '../../server/platform/signals.ts';

const SECRET = 'a secret of the stage, 32 characters or more';

/** What routes use besides the database, for tests that call an application without a server. */
export const routeParts = (database: Database, clock: Clock) => ({
  signIn: createSignIn({ database, secret: SECRET, publicUrl: 'http://127.0.0.1' }),
  door: createDoor({ database, clock, log: createLog('silent'), signals: new Signals() }),
  keyring: createKeyring({ database, sealer: createSecrets(SECRET) }),
  egress: createEgress({ clock, allow: [] }),
  publicUrl: 'http://127.0.0.1',
  leaving: { addresses: [], allow: [], proxy: null },
});
