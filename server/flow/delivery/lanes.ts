import type { Connection, Database } from '../../platform/database/index.ts';
import { allLanes, claimLanes, claimPolicies, joinLanes, type LaneRow, limitOf, releaseLanes } from './ownership.ts';
import { Policies } from './policies.ts';

/** A lane that this process owns: the queue of one webhook. */
export interface Lane {
  id: string;
  workspaceId: string;
  webhookId: string;
  /** Rises with every change of hands; every commit for the lane checks it. */
  token: number;
  /** The throughput policy that its deliveries are under; null for none. */
  policyId: string | null;
  /** No more is read from a draining lane; it is released when nothing of it is held. */
  draining: boolean;
  /** Scheme, host and port of its webhook; null until the webhook was loaded, and nothing is read before. */
  origin: string | null;
  /** By class. */
  reading: [Reading, Reading];
  /** Its deliveries go in batches, or did. */
  batches: Collecting | null;
}

/** How a lane's deliveries are collected. */
export interface Collecting {
  /** Most members, and how long a delivery waits for others (ms); null: no more batches are made. */
  form: { size: number; waitMs: number } | null;
  /** By class: before this (ms) it isn't worth a look. */
  lookAt: [number, number];
}

/** What is known of the reading of one lane and class. */
export interface Reading {
  /** Rows to ask for at the next read: grows while the lane fills it, so that idle lanes cost little. */
  appetite: number;
  /** Nothing that waits is due before this (ms): reads begin here, behind dead rows (see queue.ts). */
  floor: number;
  /** Everything that was due until then (ms) has been taken, as far as it was to be seen; 0: not known. */
  seen: number;
  /** Until then (monotonic, ms) reads may begin at what was seen. */
  trusted: number;
  /** How often it was said that there may be more before that. */
  anew: number;
}

/** Of a lane of which nothing is known yet. */
export const newReading = (): Reading => ({ appetite: 64, floor: 0, seen: 0, trusted: 0, anew: 0 });

/** There may be something that was due before what was seen: the next read begins at the floor, also after one under way. */
export function readAnew(reading: Reading): void {
  reading.seen = 0;
  reading.anew++;
}

/** What ownership needs to know of processes. */
export interface Peers {
  id: string;
  alive(role: 'delivery'): number;
  isDead(processId: string): boolean;
}

/** What changes hands as a whole: a policy with all of its lanes, or a lane without one. */
interface Unit {
  rows: LaneRow[];
  policyId: string | null;
  owner: string | null;
}

/**
 * Which lanes this process owns. A lane has one owner at a time, and the lanes of one policy have the same: claiming
 * compares and raises tokens, and whoever commits for a lane proves with owner and token that it still is the owner.
 */
export class Lanes {
  readonly mine = new Map<string, Lane>();
  readonly policies = new Policies();
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

  /** Forgets everything. */
  clear(): void {
    this.mine.clear();
    this.policies.clear();
  }

  /**
   * Brings ownership up to date: drops what was lost, claims what is free and what the dead had, up to a fair share, and
   * lets go of what is beyond it. `idle` says that nothing of a lane is held in memory. Returns whether lanes were gained.
   */
  async balance(on: Database, now: () => number, idle: (laneId: string) => boolean): Promise<boolean> {
    const rows = await allLanes(on);
    this.#forget(rows);
    const units = unitsOf(rows);
    const fair = Math.ceil(units.length / Math.max(1, this.#peers.alive('delivery')));
    const lanesOf = (unit: Unit) => unit.rows.flatMap((row) => this.mine.get(row.id) ?? []);
    const own = units.filter((unit) => unit.owner === this.#peers.id && lanesOf(unit).length > 0);
    let active = own.filter((unit) => !lanesOf(unit).some((lane) => lane.draining));
    const drain = (unit: Unit, draining: boolean) => {
      for (const lane of lanesOf(unit)) lane.draining = draining;
    };
    for (const unit of active.slice(fair)) drain(unit, true);
    active = active.slice(0, fair);
    for (const unit of own) {
      if (active.length >= fair) break;
      if (active.includes(unit)) continue;
      drain(unit, false); // the others are gone again before it was released
      active.push(unit);
    }
    const drained = own.filter((unit) => lanesOf(unit).every((lane) => lane.draining && idle(lane.id)));
    if (drained.length > 0) await this.release(on, drained.flatMap(lanesOf));
    const free = units.filter(
      ({ owner, rows: [row] }) =>
        !own.some((unit) => unit.rows[0] === row) &&
        (owner === null || owner === this.#peers.id || this.#peers.isDead(owner)),
    );
    const missing = Math.max(0, fair - active.length);
    const gained = await this.#claim(on, now, free.slice(0, missing));
    // Forgotten when the lease ran out, ours in the tables still, and more than our share: nobody else could take them.
    const beyond = free.slice(missing).filter(({ owner }) => owner === this.#peers.id);
    if (beyond.length > 0) await this.#giveUp(on, beyond);
    // Lanes that were made since for policies that are ours.
    const joining = rows.filter(
      (row) =>
        row.policy_id !== null &&
        row.policy_owner === this.#peers.id &&
        !this.mine.has(row.id) &&
        this.policies.get(row.policy_id),
    );
    if (joining.length > 0) this.#enter(await joinLanes(on, this.#peers.id, joining), rows);
    return gained || joining.length > 0;
  }

  /** Gives lanes back, with policies of which none is left, so that others may claim them at once. */
  async release(on: Connection, lanes: readonly Lane[]): Promise<void> {
    for (const lane of lanes) this.mine.delete(lane.id);
    const kept = new Set([...this.mine.values()].map((lane) => lane.policyId));
    const policies = [...new Set(lanes.map((lane) => lane.policyId))]
      .filter((id) => id !== null && !kept.has(id))
      .flatMap((id) => this.policies.get(id!) ?? []);
    for (const policy of policies) this.policies.drop(policy.id);
    await releaseLanes(on, this.#peers.id, lanes, policies);
  }

  /** Gives back units that stand under our name in the tables and of which nothing is held here. */
  async #giveUp(on: Connection, units: readonly Unit[]): Promise<void> {
    const policies = units.flatMap(({ policyId, rows: [row] }) =>
      policyId === null ? [] : [{ workspaceId: row!.workspace_id, id: policyId, token: row!.policy_token! }],
    );
    for (const { id } of policies) this.policies.drop(id);
    const lanes = units.flatMap(({ rows }) => rows);
    await releaseLanes(on, this.#peers.id, lanes, policies);
  }

  /** Drops what is another's; a changed limit of a policy that is ours works from now on. */
  #forget(rows: readonly LaneRow[]): void {
    const known = new Map(rows.map((row) => [row.id, row]));
    for (const lane of this.mine.values()) {
      const row = known.get(lane.id);
      if (row?.owner !== this.#peers.id || row.token !== lane.token || row.policy_id !== lane.policyId)
        this.mine.delete(lane.id);
    }
    const policies = new Map(rows.map((row) => [row.policy_id, row]));
    for (const policy of this.policies.list()) {
      const row = policies.get(policy.id);
      if (row?.policy_owner !== this.#peers.id || row.policy_token !== policy.token) {
        this.policies.drop(policy.id);
        for (const lane of this.mine.values()) if (lane.policyId === policy.id) this.mine.delete(lane.id);
      } else policy.limiter.limit = limitOf(row);
    }
  }

  async #claim(on: Database, now: () => number, units: readonly Unit[]): Promise<boolean> {
    const lone = units.filter((unit) => unit.policyId === null).map((unit) => unit.rows[0]!);
    const under = units.filter((unit) => unit.policyId !== null);
    let gained = false;
    if (lone.length > 0) gained = this.#enter(await claimLanes(on, this.#peers.id, lone), lone);
    if (under.length === 0) return gained;
    const rows = under.flatMap((unit) => unit.rows);
    const claimed = await claimPolicies(
      on,
      this.#peers.id,
      under.map((unit) => unit.rows[0]!),
    );
    const ours = new Set(claimed.map((one) => one.id));
    for (const {
      rows: [row],
    } of under) {
      if (!ours.has(row!.id)) continue;
      const of = { id: row!.policy_id!, workspaceId: row!.workspace_id, token: row!.policy_token! + 1 };
      await this.policies.adopt(on, of, limitOf(row!), now());
    }
    return this.#enter(claimed, rows) || gained;
  }

  #enter(claimed: readonly { id: string; token: number }[], rows: readonly LaneRow[]): boolean {
    const known = new Map(rows.map((row) => [row.id, row]));
    for (const { id, token } of claimed) {
      const row = known.get(id);
      if (!row) continue; // made since; the next look takes it
      this.mine.set(id, {
        id,
        workspaceId: row.workspace_id,
        webhookId: row.webhook_id,
        policyId: row.policy_id,
        token,
        draining: false,
        origin: null,
        reading: [newReading(), newReading()],
        batches: null,
      });
    }
    return claimed.length > 0;
  }
}

function unitsOf(rows: readonly LaneRow[]): Unit[] {
  const units = new Map<string, Unit>();
  for (const row of rows) {
    const key = row.policy_id ?? row.id;
    const unit = units.get(key);
    if (unit) unit.rows.push(row);
    else
      units.set(key, {
        rows: [row],
        policyId: row.policy_id,
        owner: row.policy_id === null ? row.owner : row.policy_owner,
      });
  }
  return [...units.values()];
}
