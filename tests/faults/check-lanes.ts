import type { RunSql } from './cluster.ts';
import type { ChaosVerdict, Evidence } from './evidence.ts';
import { bare, type Found, reporter } from './found.ts';

// While nothing but another lane's receiver is in trouble, nine in ten events are at theirs within this time, or on a machine
// that has too much to do, within so many times what it took just before.
const PROMPT_MS = 3_000;
const BESIDE = 3;
const BEFORE_MS = 4_000;

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
  const took = calmRows.flatMap(({ id, message }) => {
    const at = acknowledgedAt.get(message);
    const arrived = calm.seen.get(id)?.at[0];
    return at === undefined || arrived === undefined ? [] : [{ at, ms: Math.round(arrived - at) }];
  });
  const within = (from: number, to: number) => took.filter(({ at }) => at >= from && at <= to).map(({ ms }) => ms);
  const late = trouble.outages.flatMap(({ mood, from, to }) => {
    const [before, beside] = [ninth(within(from - BEFORE_MS, from)), ninth(within(from, to))];
    return beside > Math.max(PROMPT_MS, BESIDE * before) ? [{ mood, before, beside }] : [];
  });
  report("outages of a receiver in which another lane's deliveries were late (ms)", late);
  const during = trouble.outages.flatMap(({ from, to }) => within(from, to));
  const longestMs = during.reduce((most, ms) => Math.max(most, ms), 0);
  return { numbers: { duringOutages: during.length, longestMs }, violations };
}

/** What nine in ten are not above; 0 for none. */
function ninth(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.9) - 1] ?? 0;
}
