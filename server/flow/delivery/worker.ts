import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { createKeyring } from '../../connections/index.ts';
import { insideInspectors } from '../../inspector/index.ts';
import { createEgress } from '../../platform/egress/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import { createWebhookCache } from '../../webhooks/index.ts';
import { createRenderPool } from '../rendering/index.ts';
import { Batches } from './batches/batches.ts';
import { Dispatch, type Going, type Passed } from './dispatch.ts';
import { Finisher } from './finish.ts';
import { Fresh } from './fresh.ts';
import { Gate } from './gate.ts';
import { Gather } from './gather.ts';
import { Intake } from './intake.ts';
import type { Item } from './item.ts';
import { type Lane, Lanes, readAnew } from './lanes.ts';
import { learn } from './learn.ts';
import type { DeliveryParts } from './parts.ts';
import { type Bounds, readDue } from './queue.ts';
import { Reachability } from './reachability.ts';
import { Window } from './window.ts';

const PER_ORIGIN = 128;
const PAUSE_MS = 250;

/** Takes items from the queue through rendering, the pre-send commit and the attempt to their committed outcome. */
export class Worker {
  readonly lanes: Lanes;
  readonly fresh = new Fresh();
  readonly window = new Window(1_024, PER_ORIGIN);
  /** Whether the last read left something that is due: then an outcome that makes room is a reason to read. */
  more = false;
  readonly #parts: DeliveryParts;
  readonly #wake: () => void;
  readonly #pool;
  readonly #egress;
  readonly #webhooks;
  readonly #finisher: Finisher;
  readonly #gate: Gate<Going>;
  readonly #presends: Gather<Passed>;
  readonly #reachability: Reachability;
  readonly #bounds: Bounds;
  readonly #dispatch: Dispatch;
  readonly #batches: Batches;
  readonly #intake: Intake;
  #abort = newAbort();
  #definitions = -1;
  #pausedUntil = 0;
  #turn = 0;
  #again: NodeJS.Timeout | null = null;

  /** `wake` is called when reading is worth while again. */
  constructor(parts: DeliveryParts, wake: () => void) {
    this.#parts = parts;
    this.#wake = wake;
    this.lanes = new Lanes(parts.processes);
    const { database, clock, log, processes, config } = parts;
    // One process renders 13,000 a second and more; a second one, where there are cores for it, keeps others going while
    // one that a template has wedged is replaced.
    this.#pool = createRenderPool({ log, size: availableParallelism() > 2 ? 2 : 1 });
    this.#egress = createEgress({
      clock,
      allow: config.egressAllow,
      proxy: config.egressProxy ?? null,
      forbidden: config.forbidden ?? [],
      connectionsPerOrigin: PER_ORIGIN,
      inside: insideInspectors(parts, () => config.publicUrl ?? null),
    });
    this.#webhooks = createWebhookCache(database, parts.secrets);
    this.#reachability = new Reachability({ database, clock, log, policies: this.lanes.policies, better: wake });
    this.#gate = new Gate({
      policies: this.lanes.policies,
      now: () => clock.now(),
      go: (entries) => this.#presends.add(entries.map(({ entry, pass }) => ({ ...entry, pass }))),
      letGo: ({ ready }) => this.#drop(ready.item),
    });
    this.#bounds = {
      room: (lane) => Math.min(this.#gate.room(lane), this.#reachability.room(lane)),
      took: (item) => {
        this.#gate.took(item);
        this.#reachability.took(item);
      },
    };
    this.#presends = new Gather({ max: 128, delayMs: 3, concurrency: 3, flush: (batch) => this.#dispatch.go(batch) });
    this.#finisher = new Finisher({
      database,
      log,
      owner: processes.id,
      now: () => clock.now(),
      newId: () => newId(clock.now()),
      valid: () => processes.valid(),
      map: (jobs) => this.#pool.map(jobs),
      done: (outcomes, facts) => {
        for (const { item } of outcomes) this.#leave(item);
        if (facts) parts.signals.raise('inbox');
        if (this.more || outcomes.some((outcome) => outcome.regroup)) wake();
      },
    });
    this.#batches = new Batches({
      database,
      log,
      pool: this.#pool,
      window: this.window,
      bounds: this.#bounds,
      gate: this.#gate,
      finisher: this.#finisher,
      newId: () => newId(clock.now()),
      now: () => clock.now(),
      random: parts.random ?? Math.random,
      webhooks: (wanted) => this.#webhooks.current(wanted, processes.definitionsVersion()),
      alone: (items) => this.#intake.take(items),
      drop: (item) => this.#drop(item),
      letGo: (items, error) => this.#letGo(items, error),
      wake,
    });
    this.#intake = new Intake({
      parts,
      lanes: this.lanes,
      fresh: this.fresh,
      pool: this.#pool,
      gate: this.#gate,
      finisher: this.#finisher,
      webhooks: (wanted) => this.#webhooks.current(wanted, processes.definitionsVersion()),
      drop: (item) => this.#drop(item),
      letGo: (items, error) => this.#letGo(items, error),
      loaded: () => {
        if (this.more) wake();
      },
    });
    this.#dispatch = new Dispatch({
      parts,
      lanes: this.lanes,
      reachability: this.#reachability,
      finisher: this.#finisher,
      egress: this.#egress,
      keyring: createKeyring({ database, sealer: parts.secrets }),
      signal: () => this.#abort.signal,
      answered: (item) => {
        this.window.answered(item);
        if (this.more && this.window.roomFor(item.origin) > 0) wake();
      },
      freed: (policyId) => {
        this.#gate.pump(policyId);
        if (this.more) wake();
      },
      share: (outcome, going, map) => this.#batches.share(outcome, going, map),
      drop: (item) => this.#drop(item),
      part: (batch, member) => this.#batches.part(batch, member),
      letGo: (items, error) => this.#letGo(items, error),
    });
  }

  /** Reads what is due and starts on it. Returns how much was taken. */
  async pull(): Promise<number> {
    this.more = true;
    if (this.#intake.full || performance.now() < this.#pausedUntil) return 0;
    const lanes = [...this.lanes.mine.values()];
    if (lanes.length > 0) await this.#learnOrigins(lanes);
    // In another order each time: where a policy has little room, each lane comes first in its turn.
    const from = lanes.length === 0 ? 0 : this.#turn++ % lanes.length;
    const inTurn = [...lanes.slice(from), ...lanes.slice(0, from)];
    const { items, more } = await readDue(
      this.#parts.database,
      inTurn,
      this.window,
      this.#bounds,
      this.#parts.clock.now(),
      performance.now(),
    );
    const batches = await this.#batches.pull(inTurn);
    this.more = more || batches.more;
    this.#comeBack(lanes);
    if (items.length > 0) this.#intake.take(items);
    return items.length + batches.taken;
  }

  /** Something was queued, maybe before what was read last. */
  queued(): void {
    for (const { reading } of this.lanes.mine.values()) reading.forEach(readAnew);
  }

  /** The lease is lost: calls off what is open and forgets every lane; the successor repeats the same requests. */
  lose(): void {
    this.#gate.empty();
    this.lanes.clear();
    this.#abort.abort();
    this.#abort = newAbort();
  }

  /** Waits until nothing is held, `ms` at most; then calls off what is open, and waits as long again for the commits. */
  async drain(ms: number): Promise<void> {
    const emptied = async (limit: number) => {
      const end = performance.now() + limit;
      while (this.window.held.size > 0 && performance.now() < end) await new Promise((done) => setTimeout(done, 10));
    };
    await emptied(ms);
    this.#abort.abort();
    await emptied(ms / 5);
  }

  /** What is to be done about each second: origins that broke or came back, budgets that count no more. */
  async look(): Promise<void> {
    const { database, clock, processes } = this.#parts;
    await this.#reachability.look([...this.lanes.mine.values()]);
    if (this.#turn % 8 === 0) await this.lanes.policies.gather(database, processes.id, clock.now());
  }

  async close(): Promise<void> {
    if (this.#again) clearTimeout(this.#again);
    this.#gate.empty();
    await this.#pool.stop();
    await this.#egress.close();
  }

  async #learnOrigins(lanes: readonly Lane[]): Promise<void> {
    const version = this.#parts.processes.definitionsVersion();
    if (version === this.#definitions && lanes.every((lane) => lane.origin !== null)) return;
    const webhooks = await this.#webhooks.current(lanes, version);
    for (const lane of lanes) learn(lane, webhooks.get(lane.webhookId));
    this.#definitions = version;
  }

  /** An item has ended, or comes later: its place in the window is free, and its origin's probe if it was that. */
  #leave(item: Item): void {
    this.window.drop(item);
    this.#reachability.left(item);
  }

  /** Lets go of an item that waits in the queue as before: its lane is to be read from the beginning. */
  #drop(item: Item): void {
    this.#leave(item);
    const reading = this.lanes.mine.get(item.laneId)?.reading[item.class as 0 | 1];
    if (reading) readAnew(reading);
  }

  /** Reads again when a rate that holds lanes back has room. */
  #comeBack(lanes: readonly Lane[]): void {
    if (this.#again) return;
    const rests = lanes.flatMap((lane) =>
      this.#gate.room(lane) <= 0 ? (this.#gate.restOf(lane) ?? []) : (this.#batches.restOf(lane) ?? []),
    );
    if (rests.length === 0) return;
    this.#again = setTimeout(
      () => {
        this.#again = null;
        this.#wake();
      },
      Math.min(500, ...rests),
    );
  }

  /** Our own trouble (database away): lets the items go, to be read again after a pause. Nothing was sent. */
  #letGo(items: readonly Item[], error: unknown): void {
    this.#parts.log.error(
      { error: messageOf(error), deliveries: items.length },
      'preparing deliveries failed and is repeated',
    );
    this.#pausedUntil = performance.now() + PAUSE_MS;
    for (const item of items) this.#drop(item);
  }
}

function newAbort(): AbortController {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal); // one listener an open request, bounded by the window
  return abort;
}
