import type { RunSql } from './cluster.ts';
import type { ChaosVerdict } from './evidence.ts';
import { type Found, reporter } from './found.ts';
import { digestOf, type Seen } from './receiver.ts';
import type { Commits } from './watch.ts';

/** Invariant 3: everything that arrived had been committed, and is what was committed: one request an id, byte for byte. */
export async function checkBytes(
  sql: RunSql,
  seen: ReadonlyMap<string, Seen>,
  commits: Commits,
): Promise<Found<Pick<ChaosVerdict, 'bytesCompared' | 'lookedForWhileOpen'>>> {
  const { violations, report } = reporter();
  type Row = { id: string; key: string; method: string; url: string; headers: string; body: Buffer | null };
  const rows = await sql<Row>(
    'SELECT message_id AS id, idempotency_key AS key, method, url, headers, body FROM requests',
  );
  const stored = new Map<string, Row>();
  report(
    'deliveries with more than one request',
    rows.filter((row) => stored.size === stored.set(row.id, row).size),
  );
  const arrived = [...seen];
  report(
    'requests that arrived and were never committed',
    arrived.filter(([id]) => !stored.has(id)).map(([id]) => id),
  );
  report(
    'requests that arrived with other bytes or another key than were committed',
    arrived
      .filter(([id, { digest, key }]) => {
        const row = stored.get(id);
        if (!row) return false;
        const { pathname, search } = new URL(row.url);
        const headers = JSON.parse(row.headers) as [string, string][];
        const type = String(headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]);
        return key !== row.key || digest !== digestOf(row.method, pathname + search, type, row.body ?? Buffer.alloc(0));
      })
      .map(([id]) => id),
  );
  report('requests that arrived before they were committed', commits.missing);
  return { numbers: { bytesCompared: seen.size, lookedForWhileOpen: commits.looked() }, violations };
}
