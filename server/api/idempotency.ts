import { createHash } from 'node:crypto';
import type { Database } from '../platform/database/index.ts';
import { Problem } from './problem.ts';
import type { Answer } from './route.ts';

const KEPT_MS = 86_400_000;
// A call that never answered (its process died) blocks its key this long.
const STUCK_MS = 60_000;

/**
 * Runs a POST once for its Idempotency-Key: a repeat with the same content gets the first answer again, one with other
 * content is refused, one while the first is under way is told to wait. Kept for 24 hours.
 */
export async function once(
  database: Database,
  workspaceId: string,
  key: string,
  content: string,
  now: number,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (key.length > 200)
    throw new Problem(400, 'The Idempotency-Key is longer than 200 characters.', [
      { field: 'header.Idempotency-Key', message: 'must have at most 200 characters' },
    ]);
  const fingerprint = createHash('sha256').update(content).digest();
  const run = <Row>(name: string, text: string, values: unknown[]) =>
    database.run<Row>({ name: `idempotency-${name}`, text }, values);
  await run(
    'purge',
    'DELETE FROM idempotency_keys WHERE workspace_id = $1 AND key = $2 AND (created_at < $3::int8 OR (status IS NULL AND created_at < $4::int8))',
    [workspaceId, key, now - KEPT_MS, now - STUCK_MS],
  );
  const made = await run(
    'begin',
    'INSERT INTO idempotency_keys (workspace_id, key, fingerprint, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1',
    [workspaceId, key, fingerprint, now],
  );
  if (made.length === 0) {
    const [row] = await run<{ fingerprint: Buffer; status: number | null; body: string | null }>(
      'read',
      'SELECT fingerprint, status, body FROM idempotency_keys WHERE workspace_id = $1 AND key = $2',
      [workspaceId, key],
    );
    if (row && !row.fingerprint.equals(fingerprint))
      throw new Problem(422, 'This Idempotency-Key was used for another request. Take a new one for new content.');
    if (!row || row.status === null)
      throw new Problem(409, 'The first request with this Idempotency-Key is still under way. Try again in a moment.');
    return { status: row.status, ...(row.body !== null && { body: JSON.parse(row.body) }) };
  }
  try {
    const answer = await work();
    await run('end', 'UPDATE idempotency_keys SET status = $3, body = $4 WHERE workspace_id = $1 AND key = $2', [
      workspaceId,
      key,
      answer.status ?? 200,
      answer.body === undefined ? null : JSON.stringify(answer.body),
    ]);
    return answer;
  } catch (error) {
    // Nothing was done, so the key is free again.
    await run('free', 'DELETE FROM idempotency_keys WHERE workspace_id = $1 AND key = $2', [workspaceId, key]).catch(
      () => {},
    );
    throw error;
  }
}
