import { START_MS } from '../../server/flow/delivery/limiter.ts';
import type { RunSql } from './cluster.ts';
import type { ChaosVerdict, Evidence } from './evidence.ts';
import { bare, type Found, reporter } from './found.ts';
import { LIMIT } from './scene.ts';

// A jump of the test clock ends the deadlines of what a lost owner had open: for so long afterwards the receiver may be
// working on more.
const AFTER_A_JUMP_MS = 3_000;
// The clocks of two processes differ by some milliseconds.
const APART_MS = 50;
const WINDOW_MS = 1_000;

/**
 * Invariant 4, over records and bookings: no sliding second holds more starts than the rate. What a killed owner sent and
 * couldn't record is known by its arrival and its booking. At the receiver, never more are worked on than may be open.
 */
export async function checkLimits(
  sql: RunSql,
  { limited, scene, trouble }: Evidence,
): Promise<Found<Pick<ChaosVerdict, 'mostStartsInASecond' | 'mostOpen'>>> {
  const { violations, report } = reporter();
  const webhook = bare(scene.limited);
  const attempts = await sql<{ id: string; at: string }>(
    `SELECT r.message_id AS id, a.started_at AS at FROM attempts a JOIN requests r ON (r.workspace_id, r.id) = (a.workspace_id, a.request_id)
      WHERE r.webhook_id = $1 AND a.outcome <> 4 ORDER BY a.started_at`,
    [webhook],
  );
  const bookings = await sql<{ id: string; at: string }>(
    `SELECT r.message_id AS id, b.deadline_at - $2::int8 AS at FROM chaos_bookings b JOIN requests r ON r.id = b.request_id
      WHERE b.policy_id = $1 ORDER BY b.id`,
    [bare(scene.policy), START_MS + LIMIT.timeoutMs],
  );
  const recorded = byId(attempts);
  const booked = byId(bookings);
  const starts: number[] = [];
  const unbooked: string[] = [];
  for (const [id, { times }] of limited.seen) {
    const made = recorded.get(id) ?? [];
    const left = booked.get(id) ?? [];
    starts.push(...made);
    for (const at of made) {
      const match = left.findLastIndex((one) => one <= at + APART_MS);
      if (match >= 0) left.splice(match, 1);
    }
    // Arrived, and not on the record: its sender was killed, or gave up what it couldn't commit.
    starts.push(...left.slice(0, Math.max(0, times - made.length)));
    if ((booked.get(id)?.length ?? 0) + made.length < times) unbooked.push(id);
  }
  report('requests that arrived without a booking', unbooked);
  starts.sort((a, b) => a - b);
  let mostStartsInASecond = 0;
  const over: number[] = [];
  for (let from = 0, to = 0; to < starts.length; to++) {
    while (starts[to]! - starts[from]! >= WINDOW_MS) from++;
    const n = to - from + 1;
    mostStartsInASecond = Math.max(mostStartsInASecond, n);
    if (n > LIMIT.rate) over.push(n);
  }
  report(`seconds that held more than ${LIMIT.rate} starts of the policy`, over);
  const crowds = limited.crowds.filter(
    ({ at }) => !trouble.jumps.some((jump) => at >= jump && at < jump + AFTER_A_JUMP_MS),
  );
  report(
    `moments at which the receiver worked on more than ${LIMIT.concurrency} of the policy`,
    crowds.filter(({ working }) => working > LIMIT.concurrency),
  );
  const mostOpen = crowds.reduce((most, { working }) => Math.max(most, working), 0);
  return { numbers: { mostStartsInASecond, mostOpen }, violations };
}

function byId(rows: readonly { id: string; at: string }[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { id, at } of rows) found.set(id, [...(found.get(id) ?? []), Number(at)]);
  return found;
}
