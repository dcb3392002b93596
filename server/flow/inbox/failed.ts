import { endNotice } from '../../notices/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../platform/database/index.ts';
import type { Fact, QueuedFact } from './fact.ts';
import { putFacts } from './put.ts';

/** A fact that was tried three times and set aside. Times in ms since the epoch. */
export interface FailedFact {
  id: string;
  profileId: string;
  error: string;
  failedAt: number;
  fact: QueuedFact;
}

const page: Sql = {
  name: 'failed-list',
  text: `SELECT id, profile_id, fact, error, failed_at FROM failed_facts
    WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
};
const take: Sql = {
  name: 'failed-take',
  text: 'DELETE FROM failed_facts WHERE workspace_id = $1 AND id = $2 RETURNING fact',
};
const left: Sql = { name: 'failed-left', text: 'SELECT 1 FROM failed_facts WHERE workspace_id = $1 LIMIT 1' };

/** One page of the facts set aside, newest first. `before`: the id that the last page ended with. */
export async function listFailedFacts(
  on: Connection,
  workspaceId: string,
  options: { before: string | null; limit: number },
): Promise<FailedFact[]> {
  const rows = await on.run<{ id: string; profile_id: string; fact: string; error: string; failed_at: number }>(page, [
    workspaceId,
    options.before,
    options.limit,
  ]);
  return rows.map((row) => ({
    id: row.id,
    profileId: row.profile_id,
    error: row.error,
    failedAt: row.failed_at,
    fact: JSON.parse(row.fact) as QueuedFact,
  }));
}

/**
 * Puts a fact that was set aside back into the inbox, at its end and with its tries anew. Its body is text, so it goes back
 * byte for byte. The caller then raises the signal `inbox`.
 *
 * @returns the fact, or null when none with this id is set aside (somebody may have been quicker)
 */
export function retryFailedFact(
  database: Database,
  clock: Clock,
  workspaceId: string,
  id: string,
): Promise<Fact | null> {
  return database.transaction(async (tx) => {
    const [row] = await tx.run<{ fact: string }>(take, [workspaceId, id]);
    if (!row) return null;
    const fact = JSON.parse(row.fact) as QueuedFact;
    await putFacts(tx, [fact]);
    if ((await tx.run(left, [workspaceId])).length === 0)
      await endNotice(tx, { workspaceId, kind: 'facts_set_aside', subject: '' }, clock.now());
    return fact;
  });
}
