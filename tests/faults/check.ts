import type { Acknowledged } from './client.ts';
import type { RunSql } from './cluster.ts';
import type { Verdict } from './evidence.ts';
import { reporter } from './found.ts';
import type { Seen } from './receiver.ts';

/** Checks what always holds, 1 to 3: over the client's log, the database and the receiver's log. */
export async function check(
  sql: RunSql,
  acknowledged: readonly Acknowledged[],
  receiver: { seen: ReadonlyMap<string, Seen>; differing: readonly string[] },
): Promise<Verdict> {
  const { violations, report } = reporter();
  const events = await sql<{ id: string; message: string }>(
    `SELECT id, meta::json->>'messageId' AS message FROM events WHERE kind = 1`,
  );
  const times = new Map<string, number>();
  for (const { message } of events) times.set(message, (times.get(message) ?? 0) + 1);
  report(
    'acknowledged events that are not on the timeline',
    acknowledged.filter((a) => !times.has(a.messageId)),
  );
  report(
    'events that are on the timeline more than once',
    [...times].filter(([, n]) => n > 1),
  );

  // Enrollments are made when an event is applied: the order of their ids is the order of application.
  const enrollments = await sql<{ id: string; state: number; user: string; n: number }>(
    `SELECT e.id, e.state, i.value AS user, (v.body::json->>'n')::int AS n FROM enrollments e JOIN events v ON v.id = e.event_id JOIN identifiers i ON i.profile_id = e.profile_id AND i.kind = 'user_id' ORDER BY e.id`,
  );
  report(
    'enrollments that have not ended',
    enrollments.filter((e) => e.state !== 2),
  );
  if (enrollments.length !== events.length)
    violations.push(`${events.length} events made ${enrollments.length} enrollments`);
  const last = new Map<string, number>();
  report(
    'events applied out of order',
    enrollments.filter((e) => {
      const before = last.get(e.user) ?? 0;
      last.set(e.user, e.n);
      return e.n !== before + 1;
    }),
  );

  const deliveries = await sql<{ id: string; state: number }>('SELECT id, state FROM deliveries');
  report(
    'deliveries that have not ended',
    deliveries.filter((d) => d.state < 6),
  );
  const delivered = deliveries.filter((d) => d.state === 6);
  report(
    'delivered ones that the receiver never accepted',
    delivered.filter((d) => !((receiver.seen.get(`msg_${d.id.replaceAll('-', '')}`)?.accepted ?? 0) > 0)),
  );
  report('repeats with other bytes or another key', receiver.differing);
  const outcomes = await sql<{ delivery: string; n: string }>(
    `SELECT body::json->>'delivery' AS delivery, count(*) AS n FROM events WHERE kind = 10 GROUP BY 1`,
  );
  report(
    'deliveries that ended twice',
    outcomes.filter((o) => Number(o.n) !== 1),
  );
  if (outcomes.length !== deliveries.length)
    violations.push(`${deliveries.length} deliveries brought ${outcomes.length} outcomes`);
  report('facts set aside', await sql('SELECT error FROM failed_facts'));
  return {
    onTimeline: times.size,
    enrollments: enrollments.length,
    deliveries: deliveries.length,
    delivered: delivered.length,
    violations,
  };
}
