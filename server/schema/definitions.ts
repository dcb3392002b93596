import type { Connection } from '../platform/database/index.ts';

/**
 * Says, inside the transaction that changes a webhook, scenario, attribute declaration or signing key, that definitions
 * have changed. Engine and delivery read the version with every turn and read, and load definitions anew when it moved.
 */
export async function bumpDefinitions(tx: Connection): Promise<void> {
  await tx.run({ name: 'definitions-bump', text: 'UPDATE definitions SET version = version + 1' });
}
