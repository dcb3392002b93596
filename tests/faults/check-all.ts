import { check } from './check.ts';
import { checkBytes } from './check-bytes.ts';
import { checkLanes } from './check-lanes.ts';
import { checkLimits } from './check-limits.ts';
import type { RunSql } from './cluster.ts';
import type { ChaosVerdict, Evidence } from './evidence.ts';

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
