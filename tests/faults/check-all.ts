import { check, type Verdict } from './check.ts';
import { checkBytes } from './check-bytes.ts';
import { checkLanes } from './check-lanes.ts';
import { checkLimits } from './check-limits.ts';
import type { Acknowledged } from './client.ts';
import type { RunSql } from './cluster.ts';
import type { Receiver } from './receiver.ts';
import type { Trouble } from './trouble.ts';
import type { Commits } from './watch.ts';

/** What a run left behind, for its checker. */
export interface Evidence {
  acknowledged: readonly Acknowledged[];
  faulty: Receiver;
  limited: Receiver;
  calm: Receiver;
  /** Ids as the API gives them. */
  scene: { limited: string; calm: string; policy: string };
  trouble: Trouble;
  commits: Commits;
}

/** What was proved, in numbers. */
export interface ChaosVerdict extends Verdict {
  /** Requests that were compared with the stored bytes, and those looked for in the database while they were open. */
  bytesCompared: number;
  lookedForWhileOpen: number;
  /** Of the policy, by records and bookings, and at the receiver. */
  mostStartsInASecond: number;
  mostOpen: number;
  /** Deliveries of the lane without trouble during outages of another's receiver, and the longest that one took, ms. */
  duringOutages: number;
  longestMs: number;
}

/** Checks what always holds, 1 to 5: over the client's log, the receivers' logs and the database. */
export async function checkAll(sql: RunSql, evidence: Evidence): Promise<ChaosVerdict> {
  const { acknowledged, faulty, limited, calm, trouble } = evidence;
  const receivers = [faulty, limited, calm];
  const all = {
    seen: new Map(receivers.flatMap(({ seen }) => [...seen])),
    differing: receivers.flatMap(({ differing }) => differing),
  };
  const verdict = await check(sql, acknowledged, all);
  const bytes = await checkBytes(sql, all.seen, evidence.commits);
  const limits = await checkLimits(sql, evidence);
  const lanes = await checkLanes(sql, evidence);
  const alone = trouble.endedAlone.map((one) => `a process ended by itself: ${one}`);
  return {
    ...verdict,
    ...bytes.numbers,
    ...limits.numbers,
    ...lanes.numbers,
    violations: [...verdict.violations, ...bytes.violations, ...limits.violations, ...lanes.violations, ...alone],
  };
}
