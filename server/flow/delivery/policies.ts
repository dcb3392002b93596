import { type Connection, int8Array, type Sql, uuidArray } from '../../platform/database/index.ts';
import { type Limit, Limiter, START_MS, type Ticket } from './limiter.ts';

/** A policy that this process decides for. */
export interface OwnPolicy {
  id: string;
  workspaceId: string;
  token: number;
  limiter: Limiter;
  /** Held items of it that have no ticket yet. */
  waiting: number;
  /** A probe of a broken origin holds a slot: one at a time. */
  probing: boolean;
}

const startsSql: Sql = {
  name: 'policy-starts',
  text: 'SELECT at, starts FROM policy_starts WHERE policy_id = $1 AND at >= $2::int8 ORDER BY at',
};
const slotsSql: Sql = {
  name: 'policy-slots',
  text: 'SELECT deadline_at FROM policy_slots WHERE policy_id = $1 AND deadline_at >= $2::int8',
};
// What nobody counts any more goes; what still counts is gathered by spans that are short beside the window, each at its
// latest moment, so that a day of starts stays a few hundred rows.
const gatherSql: Sql = {
  name: 'policy-gather',
  text: `WITH due AS (
      SELECT p.id, u.keep, u.span FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[], $5::int8[]) u(workspace_id, id, token, keep, span)
      JOIN policies p ON (p.workspace_id, p.id, p.token) = (u.workspace_id, u.id, u.token) WHERE p.owner = $6 FOR SHARE OF p),
    over AS (DELETE FROM policy_slots s USING due WHERE s.policy_id = due.id AND s.deadline_at < $7::int8),
    gone AS (DELETE FROM policy_starts s USING due WHERE s.policy_id = due.id AND s.at < $7::int8 RETURNING s.policy_id, s.at, s.starts, due.keep, due.span)
    INSERT INTO policy_starts (policy_id, at, starts)
    SELECT policy_id, max(at), sum(starts)::int FROM gone WHERE at >= keep GROUP BY policy_id, at / span`,
};

// Rows younger than this are left alone: their commits may be under way.
const SETTLED_MS = 20_000;
const SPANS = 240;

/** The policies of this process: what each still lets through. */
export class Policies {
  readonly #own = new Map<string, OwnPolicy>();

  get(id: string): OwnPolicy | undefined {
    return this.#own.get(id);
  }

  list(): OwnPolicy[] {
    return [...this.#own.values()];
  }

  /**
   * Takes over a policy that was claimed: what its owners before this one had booked counts as spent, and what they may
   * still have open as taken. Until this has ended nothing of it goes.
   */
  async adopt(on: Connection, of: Pick<OwnPolicy, 'id' | 'workspaceId' | 'token'>, limit: Limit, now: number) {
    const starts = await on.run<{ at: number; starts: number }>(startsSql, [
      of.id,
      now - Math.max(limit.windowMs, 1_000) - START_MS,
    ]);
    const slots = await on.run<{ deadline_at: number }>(slotsSql, [of.id, now]);
    const limiter = new Limiter(limit);
    limiter.load(
      starts,
      slots.map((slot) => slot.deadline_at),
    );
    this.#own.set(of.id, { ...of, limiter, waiting: 0, probing: false });
  }

  /** Forgets a policy that is another's now. */
  drop(id: string): void {
    this.#own.delete(id);
  }

  clear(): void {
    this.#own.clear();
  }

  /** Takes out of the tables what counts no more. */
  async gather(on: Connection, me: string, now: number): Promise<void> {
    const own = this.list();
    if (own.length === 0) return;
    await on.run(gatherSql, [
      uuidArray(own.map((policy) => policy.workspaceId)),
      uuidArray(own.map((policy) => policy.id)),
      int8Array(own.map((policy) => policy.token)),
      int8Array(own.map(({ limiter }) => now - limiter.limit.windowMs - START_MS)),
      int8Array(own.map(({ limiter }) => Math.max(1, Math.floor(limiter.limit.windowMs / SPANS)))),
      me,
      now - SETTLED_MS,
    ]);
  }
}

export type { Ticket };
