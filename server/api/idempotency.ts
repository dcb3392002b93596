import { createHash } from 'node:crypto';
import type { Database } from '../platform/database/index.ts';
import { parseJson, toJson } from '../platform/json.ts';
import { Problem } from './problem.ts';
import type { Answer } from './route.ts';

const KEPT_MS = 86_400_000;
// A call that never answered (its process died) blocks its key this long.
const STUCK_MS = 60_000;

/**
 * Runs a POST once for its Idempotency-Key: a repeat with the same content gets the first answer again, one with other
 * content is refused, one while the first is under way is told to wait. Kept for 24 hours. Answers are kept sealed, since
 * some show a new secret, once.
 */
export async function once(
  parts: { database: Database; secrets: { seal(plain: string): Buffer; open(sealed: Buffer): string } },
  workspaceId: string,
  key: string,
  content: string,
  now: number,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { database, secrets } = parts;
  if (key === '' || key.length > 200)
    throw new Problem(400, 'The Idempotency-Key is empty or longer than 200 characters.', [
      { field: 'header.Idempotency-Key', message: 'must have 1 to 200 characters' },
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
      throw new Problem(422, 'This Idempotency-Key was used for another request. Take a new one for new content.', [
        { field: 'header.Idempotency-Key', message: 'was used for another request' },
      ]);
    if (!row || row.status === null)
      throw new Problem(409, 'The first request with this Idempotency-Key is still under way. Try again in a moment.');
    const body = row.body === null ? undefined : parseJson(secrets.open(Buffer.from(row.body, 'base64')));
    return { status: row.status, ...(body !== undefined && { body }) };
  }
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    // Nothing was done, so the key is free again.
    await run('free', 'DELETE FROM idempotency_keys WHERE workspace_id = $1 AND key = $2', [workspaceId, key]).catch(
      () => {},
    );
    throw error;
  }
  // Outside the try: when this fails the work is done, and the key stays taken.
  await run('end', 'UPDATE idempotency_keys SET status = $3, body = $4 WHERE workspace_id = $1 AND key = $2', [
    workspaceId,
    key,
    answer.status ?? 200,
    answer.body === undefined ? null : secrets.seal(toJson(answer.body)).toString('base64'),
  ]);
  return answer;
}

const PURGED_AT_ONCE = 10_000;

/** Forgets keys of more than 24 hours ago, 10,000 at most; those beyond go the next time. */
export async function purgeIdempotency(database: Database, now: number): Promise<void> {
  await database.run(
    {
      name: 'idempotency-purge-all',
      text: `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM idempotency_keys WHERE created_at < $1::int8 LIMIT ${PURGED_AT_ONCE}))`,
    },
    [now - KEPT_MS],
  );
}
