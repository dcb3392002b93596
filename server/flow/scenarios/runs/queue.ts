import type { Condition } from '../../../../shared/condition.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../../platform/database/index.ts';
import { floorId, newId } from '../../../platform/ids.ts';
import { CLASS, FACT, ORIGIN } from '../../../schema/index.ts';
import { evaluate } from '../../conditions/index.ts';
import { type EnterBody, type Fact, putFacts } from '../../inbox/index.ts';
import { profileFromRow } from '../../profiles/index.ts';
import { readDefinition } from '../definitions/scenario.ts';

/** Bulk facts of a workspace that may wait in the inbox before a run waits for the engine. */
const MOST_WAITING = 4_000;
const CHUNK = { least: 50, first: 100, most: 1_000, bytes: 4_000_000 };
// A profile whose first fact was acknowledged before the run began may be written a moment later, so the newest are looked
// at a while after.
const NEWEST_MS = 60_000;
const SETTLE_MS = 2_000;

// The run's progress is no key of it, so turns that let profiles in by it don't wait for a chunk, nor it for them. Who finds
// the row locked leaves it: another process is at it.
const lock: Sql = {
  name: 'run-next',
  text: `SELECT r.scenario_id, r.until_id, r.cursor_id, r.began_at, v.definition FROM campaign_runs r
    JOIN scenarios s ON s.workspace_id = r.workspace_id AND s.id = r.scenario_id AND s.state = 'active'
    JOIN scenario_versions v ON v.workspace_id = r.workspace_id AND v.scenario_id = r.scenario_id AND v.version = r.version
    WHERE r.workspace_id = $1 AND r.id = $2 AND r.state = 'queuing' FOR NO KEY UPDATE OF r SKIP LOCKED`,
};
const waiting: Sql = {
  name: 'run-waiting',
  text: `SELECT count(*) AS n FROM partitions p CROSS JOIN LATERAL (
      SELECT 1 FROM inbox i WHERE i.partition = p.id AND i.class = ${CLASS.bulk} AND i.workspace_id = $1 AND i.seq >= p.floor_bulk
      LIMIT ${MOST_WAITING / 16}) i`,
};
const profiles = (columns: string): Sql => ({
  name: `run-profiles-${columns.length}`,
  text: `SELECT ${columns} FROM profiles WHERE workspace_id = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4`,
});
const everyone = profiles('id');
const withAttributes = profiles('id, attributes, changes, created_at, updated_at');
const advance: Sql = {
  name: 'run-advance',
  text: `UPDATE campaign_runs SET cursor_id = $3, looked_at = looked_at + $4::int8, matched = matched + $5::int8,
      state = CASE WHEN $6 THEN 'done' ELSE state END, queued_at = CASE WHEN $6 THEN $7::int8 END,
      total = CASE WHEN $6 THEN looked_at + $4::int8 ELSE greatest(total, looked_at + $4::int8) END
    WHERE workspace_id = $1 AND id = $2`,
};

interface Row {
  scenario_id: string;
  until_id: string;
  cursor_id: string;
  began_at: number;
  definition: string;
}
type ProfileRow = Parameters<typeof profileFromRow>[1];

/** How a run goes on: at once, when the inbox has been worked off, a moment later, or not (done, paused, another's). */
export type Step = 'more' | 'full' | 'later' | 'over';

/** Queues runs, chunk by chunk; remembers how many profiles make a chunk. */
export class RunQueue {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #sizes = new Map<string, number>();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Looks at the next profiles of a run by key, and puts a bulk fact into the inbox for each that matches; the run's cursor
   * moves in the same transaction, so each profile is looked at once, whatever dies when.
   */
  step(workspaceId: string, id: string): Promise<Step> {
    return this.#database.transaction(async (tx): Promise<Step> => {
      const [run] = await tx.run<Row>(lock, [workspaceId, id]);
      if (!run) {
        this.#sizes.delete(id);
        return 'over';
      }
      const [count] = await tx.run<{ n: number }>(waiting, [workspaceId]);
      const room = MOST_WAITING - (count?.n ?? 0);
      const size = this.#sizes.get(id) ?? CHUNK.first;
      if (room < size) return 'full';
      const now = this.#clock.now();
      const settled = now - run.began_at >= SETTLE_MS;
      const before = floorId(run.began_at - NEWEST_MS);
      const until = settled || run.until_id < before ? run.until_id : before;
      const { trigger } = readDefinition(run.definition);
      const found = await this.#look(tx, [workspaceId, run.cursor_id, until, size], id, trigger?.filter);
      await putFacts(
        tx,
        found.matching.map((profileId) => factOf(workspaceId, profileId, id, now)),
      );
      const done = found.last < size && until === run.until_id;
      if (found.ids.length > 0 || done)
        await tx.run(advance, [
          workspaceId,
          id,
          found.ids.at(-1) ?? run.cursor_id,
          found.ids.length,
          found.matching.length,
          done,
          now,
        ]);
      return done ? 'over' : found.last < size ? 'later' : 'more';
    });
  }

  async #look(tx: Connection, values: [string, string, string, number], id: string, filter: Condition | undefined) {
    const [workspaceId, , , size] = values;
    if (!filter) {
      this.#sizes.set(id, CHUNK.most);
      const ids = (await tx.run<{ id: string }>(everyone, values)).map((row) => row.id);
      return { ids, matching: ids, last: ids.length };
    }
    const rows = await tx.run<ProfileRow>(withAttributes, values);
    const bytes = rows.reduce((n, row) => n + row.attributes.length + row.changes.length, 0);
    // Profiles may be 64 KB: a chunk is bounded by what it weighs.
    const fits = bytes === 0 ? size : Math.floor((CHUNK.bytes * rows.length) / bytes);
    this.#sizes.set(id, Math.max(CHUNK.least, Math.min(CHUNK.most, fits, size * 2)));
    const matching = rows.flatMap((row) => {
      const { attributes } = profileFromRow(workspaceId, row);
      return evaluate(filter, { attributes, properties: null, responses: {} }) ? [row.id] : [];
    });
    return { ids: rows.map((row) => row.id), matching, last: rows.length };
  }
}

function factOf(workspaceId: string, profileId: string, run: string, now: number): Fact {
  return {
    workspaceId,
    profileId,
    id: newId(now),
    kind: FACT.enter,
    class: CLASS.bulk,
    origin: ORIGIN.scenario,
    depth: 0,
    occurredAt: now,
    receivedAt: now,
    name: null,
    body: JSON.stringify({ run } satisfies EnterBody),
    meta: null,
  };
}
