import type { Database } from '../../../platform/database/index.ts';
import { messageOf, type Trouble } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import type { LoadedWebhook } from '../../../webhooks/index.ts';
import type { EntriesJob, EntriesResult, RenderPool } from '../../rendering/index.ts';
import { dropOrphans, loadContexts } from '../context.ts';
import type { Batch, Going, Mappable } from '../dispatch.ts';
import type { Finisher } from '../finish.ts';
import type { Gate } from '../gate.ts';
import type { Item, StoredRequest } from '../item.ts';
import type { Lane } from '../lanes.ts';
import type { Outcome } from '../outcome.ts';
import { putBack } from '../prepare.ts';
import type { Bounds } from '../queue.ts';
import { redactorOf, withoutSecrets } from '../redact.ts';
import type { Window } from '../window.ts';
import { makeBatch } from './make.ts';
import { readBatches } from './read.ts';
import { byEntries, type ShareParts, shareOut } from './share.ts';

export interface BatchParts extends ShareParts {
  database: Database;
  log: Log;
  pool: RenderPool;
  window: Window;
  bounds: Bounds;
  gate: Pick<Gate<Going>, 'add' | 'left'>;
  finisher: Pick<Finisher, 'add' | 'together'>;
  /** Current versions of webhooks. */
  webhooks(items: readonly { workspaceId: string; webhookId: string }[]): Promise<Map<string, LoadedWebhook>>;
  /** Starts on items that go alone. */
  alone(items: Item[]): void;
  drop(item: Item): void;
  /** Our own trouble: lets go of items, to be read again. */
  letGo(items: readonly Item[], error: unknown): void;
  /** Reading is worth while again. */
  wake(): void;
}

// Batches that are being made at a time: each holds the contexts of its members.
const MAX_MAKING = 2;
const ENTRIES_TRIES = 3;

/** Deliveries that go in batches: collected, made into requests, and told apart again when an answer came. */
export class Batches {
  readonly #parts: BatchParts;
  readonly #waiting: { item: Item; stored: StoredRequest | null }[] = [];
  #making = 0;

  constructor(parts: BatchParts) {
    this.#parts = parts;
  }

  /** Reads what is due in lanes with batches, and starts on it. Returns how many were taken, and whether there may be more. */
  async pull(lanes: readonly Lane[]): Promise<{ taken: number; more: boolean }> {
    const { database, window, bounds } = this.#parts;
    const own = lanes.filter((lane) => lane.batches !== null);
    if (own.length === 0) return { taken: 0, more: false };
    if (this.#waiting.length > 0) return { taken: 0, more: true };
    const { batches, singles, broken, more } = await readBatches(database, own, window, bounds, this.#parts.now());
    if (singles.length > 0) this.#parts.alone(singles);
    for (const item of broken) this.#regroup(item);
    this.#waiting.push(...batches);
    this.#next();
    return { taken: batches.length + singles.length + broken.length, more };
  }

  /** When a lane is worth a look again that waits for a batch to fill, in ms from now. */
  restOf(lane: Lane): number | null {
    const times = (lane.batches?.lookAt ?? []).filter((at) => at > 0);
    return times.length === 0 ? null : Math.max(1, Math.min(...times) - this.#parts.now());
  }

  /** What became of a batch's members. */
  async share(
    outcome: Outcome,
    { ready, webhook }: Going & { ready: Batch },
    map: Mappable | null,
  ): Promise<Outcome[]> {
    const { definition } = webhook;
    const outcomes = shareOut(outcome, ready.members, definition, this.#parts);
    if (map === null) return outcomes;
    const redactor = redactorOf(webhook, map.signingSecrets);
    const clean = (one: Outcome): Outcome => ({ ...one, ...withoutSecrets(one, redactor) });
    const results = definition.batch?.results;
    if (!results) {
      const [found] = await this.#parts.pool.map([{ rules: definition.mapping, body: map.body }]);
      return outcomes.map((one) => clean({ ...one, ...found! }));
    }
    const answer = await this.#entries({
      body: map.body,
      list: results.list,
      match: results.match === 'position' ? null : results.match.path,
      keys: ready.request.keys ?? ready.members.map(() => null),
      status: results.status ?? null,
      rules: definition.mapping,
    });
    return byEntries(outcomes, answer, definition, this.#parts).map(clean);
  }

  /** The answer came: trouble of our own in reading it is tried again a few times, and then said. */
  async #entries(job: EntriesJob): Promise<EntriesResult | Trouble> {
    for (let tries = 1; ; tries++) {
      const result = await this.#parts.pool.entries(job);
      if ('ok' in result || result.class !== 'ours' || tries >= ENTRIES_TRIES) return result;
    }
  }

  #next(): void {
    while (this.#making < MAX_MAKING) {
      const one = this.#waiting.shift();
      if (!one) return;
      this.#making++;
      this.#make(one.item, one.stored).finally(() => {
        this.#making--;
        this.#next();
        if (this.#waiting.length === 0) this.#parts.wake();
      });
    }
  }

  async #make(item: Item, stored: StoredRequest | null): Promise<void> {
    const { database, log, pool, gate, finisher, drop } = this.#parts;
    try {
      const members = [...item.members!];
      const loaded = await loadContexts(database, members, this.#parts.now());
      if (loaded.length < members.length) {
        const found = new Set(loaded.map((one) => one.item));
        const orphans = members.filter((member) => !found.has(member));
        await dropOrphans(database, orphans);
        for (const orphan of orphans) this.part(item, orphan);
        // Its bytes hold somebody who is gone: what is left is read again.
        if (stored || loaded.length === 0) {
          gate.left(item);
          drop(item);
          return;
        }
      }
      const [first] = loaded;
      const webhooks = await this.#parts.webhooks([
        { workspaceId: item.workspaceId, webhookId: first!.details.webhookId },
      ]);
      const webhook = webhooks.get(first!.details.webhookId);
      const parts = { log, now: () => this.#parts.now(), pool };
      const { ready, ended, left } = await makeBatch(item, loaded, stored, webhook, parts);
      for (const outcome of ended) {
        this.part(item, outcome.item);
        finisher.add({ outcome, map: null });
      }
      for (const member of left) {
        this.part(item, member.item);
        this.#parts.window.drop(member.item);
      }
      if (ready) gate.add([{ item, entry: { ready, webhook: webhook! } }]);
      else {
        gate.left(item);
        drop(item);
      }
    } catch (error) {
      gate.left(item);
      this.#parts.letGo([item], error);
    }
  }

  /** Takes a member out of a batch; it stays held until its outcome is committed. */
  part(batch: Item, member: Item): void {
    batch.members = batch.members!.filter((one) => one !== member);
  }

  /** Those that are left of a batch that can't go again form a new one, with a request of its own. */
  async #regroup(item: Item): Promise<void> {
    const { database, gate, finisher, log } = this.#parts;
    gate.left(item);
    try {
      const group = this.#parts.newId();
      const loaded = await loadContexts(database, item.members!, this.#parts.now());
      const dueAt = this.#parts.now();
      const message = 'A profile left the batch since it was sent: the others go again without it.';
      await finisher.together(
        loaded.map((one) => ({ ...putBack(one, dueAt, 'batch_changed', message), regroup: { group } })),
      );
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'a batch could not be put together anew and is read again');
    }
    this.#parts.drop(item);
  }
}
