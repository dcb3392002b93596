import type { LoadedWebhook } from '../../webhooks/index.ts';
import type { RenderPool } from '../rendering/index.ts';
import { dropOrphans, type Loaded, loadContexts, loadRequests } from './context.ts';
import type { Going } from './dispatch.ts';
import type { Finisher } from './finish.ts';
import type { Fresh } from './fresh.ts';
import type { Gate } from './gate.ts';
import type { Item } from './item.ts';
import type { Lanes } from './lanes.ts';
import type { DeliveryParts } from './parts.ts';
import { prepare } from './prepare.ts';

// What is rendered and handed on together; a slow template keeps at most so many waiting.
const CHUNK = 40;
// Reads that are being loaded at a time; while they are, more becomes due for the next one.
const MAX_LOADING = 2;

type Stored = Awaited<ReturnType<typeof loadRequests>>;

export interface IntakeParts {
  parts: DeliveryParts;
  lanes: Lanes;
  fresh: Fresh;
  pool: RenderPool;
  gate: Gate<Going>;
  finisher: Finisher;
  /** The webhooks of deliveries in their current version, by id. */
  webhooks(wanted: readonly { workspaceId: string; webhookId: string }[]): Promise<Map<string, LoadedWebhook>>;
  /** Lets go of an item. */
  drop(item: Item): void;
  /** Our own trouble: lets go of items, to be read again. */
  letGo(items: readonly Item[], error: unknown): void;
  /** Something has been loaded: there is room for the next read. */
  loaded(): void;
}

/** The way from the queue to the gate: what deliveries are for and what their templates see is loaded, and they are rendered. */
export class Intake {
  readonly #on: IntakeParts;
  #loading = 0;

  constructor(on: IntakeParts) {
    this.#on = on;
  }

  /** Whether as many reads are being loaded as may be. */
  get full(): boolean {
    return this.#loading >= MAX_LOADING;
  }

  /** Takes items that were read; settles every one of them, and never throws. */
  take(items: readonly Item[]): void {
    void this.#load(items);
  }

  async #load(all: readonly Item[]): Promise<void> {
    const { parts, fresh, webhooks, gate, drop, letGo } = this.#on;
    const { database, clock } = parts;
    this.#loading++;
    let items = all;
    try {
      const stored = await loadRequests(database, items);
      items = this.#apart(items, stored);
      const at = performance.now();
      const loaded = await loadContexts(database, items, clock.now(), (id) => fresh.take(id, at));
      const found = await webhooks(
        loaded.map((l) => ({ workspaceId: l.item.workspaceId, webhookId: l.details.webhookId })),
      );
      if (loaded.length < items.length) {
        const there = new Set(loaded.map((l) => l.item));
        const orphans = items.filter((item) => !there.has(item));
        await dropOrphans(database, orphans);
        for (const item of orphans) {
          gate.left(item);
          drop(item);
        }
      }
      loaded.sort((a, b) => (a.item.laneId < b.item.laneId ? -1 : a.item.laneId > b.item.laneId ? 1 : 0));
      for (let i = 0; i < loaded.length; i += CHUNK) void this.#render(loaded.slice(i, i + CHUNK), stored, found);
    } catch (error) {
      for (const item of items) gate.left(item);
      letGo(items, error);
    } finally {
      this.#loading--;
      this.#on.loaded();
    }
  }

  /**
   * Items without those whose request has several members: their webhook sent batches until it was changed, and their
   * lane is read as one with batches from here on.
   */
  #apart(items: readonly Item[], stored: Stored): readonly Item[] {
    const members = items.filter((item) => stored.get(item.requestId ?? '')?.members);
    for (const item of members) {
      const lane = this.#on.lanes.mine.get(item.laneId);
      if (lane) lane.batches ??= { form: null, lookAt: [0, 0] };
      this.#on.gate.left(item);
      this.#on.drop(item);
    }
    return members.length === 0 ? items : items.filter((item) => !members.includes(item));
  }

  async #render(loaded: Loaded[], stored: Stored, webhooks: Map<string, LoadedWebhook>): Promise<void> {
    const { parts, pool, gate, finisher, letGo } = this.#on;
    try {
      const { ready, ended } = await prepare(loaded, stored, webhooks, {
        log: parts.log,
        now: () => parts.clock.now(),
        render: (jobs) => pool.render(jobs),
      });
      for (const outcome of ended) {
        gate.left(outcome.item);
        finisher.add({ outcome, map: null });
      }
      gate.add(ready.map((r) => ({ item: r.item, entry: { ready: r, webhook: webhooks.get(r.details.webhookId)! } })));
    } catch (error) {
      const items = loaded.map((l) => l.item);
      for (const item of items) gate.left(item);
      letGo(items, error);
    }
  }
}
