import type { RunSql } from './cluster.ts';
import type { ChaosVerdict, Evidence } from './evidence.ts';
import { bare, type Found, reporter } from './found.ts';

// While nothing but another lane's receiver is in trouble, an event is at its receiver within this time.
const PROMPT_MS = 3_000;

/**
 * Invariant 5: a receiver that always accepts gets each delivery with one try, whatever trouble there was of our own, and
 * promptly while another lane's receiver is away; a try is only used up by a request that its receiver didn't accept.
 */
export async function checkLanes(
  sql: RunSql,
  { acknowledged, limited, calm, scene, trouble }: Evidence,
): Promise<Found<Pick<ChaosVerdict, 'duringOutages' | 'longestMs'>>> {
  const { violations, report } = reporter();
  type Row = { id: string; webhook: string; state: number; tries: number; message: string };
  const rows = await sql<Row>(
    `SELECT 'msg_' || replace(d.id::text, '-', '') AS id, d.webhook_id AS webhook, d.state, d.tries, e.meta::json->>'messageId' AS message
      FROM deliveries d JOIN events e ON (e.workspace_id, e.profile_id, e.id) = (d.workspace_id, d.profile_id, d.event_id)
      WHERE d.webhook_id = ANY($1)`,
    [[bare(scene.limited), bare(scene.calm)]],
  );
  const calmRows = rows.filter(({ webhook }) => webhook === bare(scene.calm));
  report(
    'deliveries to a receiver without trouble that did not arrive',
    calmRows.filter(({ state }) => state !== 6),
  );
  report(
    'tries used up by trouble of our own',
    rows.filter(({ id, tries }) => {
      const seen = limited.seen.get(id) ?? calm.seen.get(id);
      return tries > 1 + (seen ? seen.times - seen.accepted : 0);
    }),
  );
  const acknowledgedAt = new Map(acknowledged.map(({ messageId, at }) => [messageId, at]));
  const during = calmRows.flatMap(({ id, message }) => {
    const at = acknowledgedAt.get(message);
    const arrived = calm.seen.get(id)?.at[0];
    if (at === undefined || arrived === undefined) return [];
    const outage = trouble.outages.find(({ from, to }) => at >= from && at <= to);
    if (!outage) return [];
    const { mood, from } = outage;
    return [{ message, mood, after: Math.round(at - from), ms: Math.round(arrived - at) }];
  });
  report(
    `deliveries that took more than ${PROMPT_MS} ms while another lane's receiver was away`,
    during.filter(({ ms }) => ms > PROMPT_MS),
  );
  const longestMs = Math.round(during.reduce((most, { ms }) => Math.max(most, ms), 0));
  return { numbers: { duringOutages: during.length, longestMs }, violations };
}
