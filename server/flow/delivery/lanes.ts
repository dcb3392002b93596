import { type Connection, int8Array, type Sql, uuidArray } from '../../platform/database/index.ts';

/** A lane that this process owns: the queue of one webhook. */
export interface Lane {
  id: string;
  workspaceId: string;
  webhookId: string;
  /** Rises with every change of hands; every commit for the lane checks it. */
  token: number;
  /** No more is read from a draining lane; it is released when nothing of it is held. */
  draining: boolean;
  /** Scheme, host and port of its webhook; null until the webhook was loaded, and nothing is read before. */
  origin: string | null;
  /** By class. */
  reading: [Reading, Reading];
}

/** What is known of the reading of one lane and class. */
export interface Reading {
  /** Rows to ask for at the next read: grows while the lane fills it, so that idle lanes cost little. */
  appetite: number;
  /** Nothing that waits is due before this (ms): reads begin here, behind dead rows (see queue.ts). */
  floor: number;
}

/** What ownership needs to know of processes. */
export interface Peers {
  id: string;
  alive(role: 'delivery'): number;
  isDead(processId: string): boolean;
}

const allSql: Sql = { name: 'lanes-all', text: 'SELECT id, workspace_id, webhook_id, owner, token FROM lanes' };
const claimSql: Sql = {
  name: 'lanes-claim',
  text: `UPDATE lanes l SET owner = $1, token = l.token + 1 FROM (
      SELECT x.id FROM lanes x JOIN unnest($2::uuid[], $3::int8[]) u(id, token) ON (x.id, x.token) = (u.id, u.token) ORDER BY x.id FOR UPDATE OF x SKIP LOCKED) c
    WHERE l.id = c.id RETURNING l.id, l.workspace_id, l.webhook_id, l.token`,
};
const releaseSql: Sql = {
  name: 'lanes-release',
  text: 'UPDATE lanes l SET owner = NULL FROM unnest($2::uuid[], $3::int8[]) u(id, token) WHERE l.id = u.id AND l.token = u.token AND l.owner = $1',
};

type Row = { id: string; workspace_id: string; webhook_id: string; owner: string | null; token: number };

/**
 * Which lanes this process owns. A lane has one owner at a time: claiming compares and raises its token, and whoever
 * commits for a lane proves with owner and token that it still is the owner.
 */
export class Lanes {
  readonly mine = new Map<string, Lane>();
  readonly #peers: Peers;

  constructor(peers: Peers) {
    this.#peers = peers;
  }

  /** Whether `lane`, as it was when something began, is still ours. */
  holds(id: string, token: number): boolean {
    return this.mine.get(id)?.token === token;
  }

  /** Forgets a lane that turned out to be another's; it is claimed anew when it is free. */
  lose(id: string, token: number): void {
    if (this.holds(id, token)) this.mine.delete(id);
  }

  /**
   * Brings ownership up to date: drops what was lost, claims free lanes and those of the dead up to a fair share, lets go
   * of what is beyond it. `idle` says that nothing of a lane is held in memory. Returns whether lanes were gained.
   */
  async balance(on: Connection, idle: (laneId: string) => boolean): Promise<boolean> {
    const rows = await on.run<Row>(allSql);
    const known = new Map(rows.map((row) => [row.id, row]));
    for (const lane of this.mine.values()) {
      const row = known.get(lane.id);
      if (row?.owner !== this.#peers.id || row.token !== lane.token) this.mine.delete(lane.id);
    }
    const fair = Math.ceil(rows.length / Math.max(1, this.#peers.alive('delivery')));
    let active = [...this.mine.values()].filter((lane) => !lane.draining);
    for (const lane of active.slice(fair)) lane.draining = true;
    active = active.slice(0, fair);
    for (const lane of this.mine.values()) {
      if (active.length >= fair) break;
      if (!lane.draining) continue;
      lane.draining = false; // the others are gone again before it was released
      active.push(lane);
    }
    const drained = [...this.mine.values()].filter((lane) => lane.draining && idle(lane.id));
    if (drained.length > 0) await this.release(on, drained);
    const free = rows.filter(
      (row) =>
        !this.mine.has(row.id) && (row.owner === null || row.owner === this.#peers.id || this.#peers.isDead(row.owner)),
    );
    const wanted = free.slice(0, Math.max(0, fair - active.length));
    if (wanted.length === 0) return false;
    const claimed = await on.run<Row>(claimSql, [
      this.#peers.id,
      uuidArray(wanted.map((row) => row.id)),
      int8Array(wanted.map((row) => row.token)),
    ]);
    for (const row of claimed) {
      this.mine.set(row.id, {
        id: row.id,
        workspaceId: row.workspace_id,
        webhookId: row.webhook_id,
        token: row.token,
        draining: false,
        origin: null,
        reading: [
          { appetite: 64, floor: 0 },
          { appetite: 64, floor: 0 },
        ],
      });
    }
    return claimed.length > 0;
  }

  /** Gives lanes back, so that others may claim them at once. */
  async release(on: Connection, lanes: readonly Lane[]): Promise<void> {
    for (const lane of lanes) this.mine.delete(lane.id);
    await on.run(releaseSql, [
      this.#peers.id,
      uuidArray(lanes.map((lane) => lane.id)),
      int8Array(lanes.map((lane) => lane.token)),
    ]);
  }
}
