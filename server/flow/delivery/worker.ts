import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { createKeyring } from '../../connections/index.ts';
import { insideInspectors } from '../../inspector/index.ts';
import { createEgress } from '../../platform/egress/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { newId, parse } from '../../platform/ids.ts';
import { DELIVERY } from '../../schema/index.ts';
import { createWebhookCache, type LoadedWebhook } from '../../webhooks/index.ts';
import { createRenderPool } from '../rendering/index.ts';
import { dropOrphans, type Loaded, loadContexts, loadRequests } from './context.ts';
import { Finisher, isRefused } from './finish.ts';
import { Gather } from './gather.ts';
import type { Item } from './item.ts';
import { type Lane, Lanes } from './lanes.ts';
import type { DeliveryParts } from './parts.ts';
import { endOf, PUT_BACK_MS, prepare, putBack } from './prepare.ts';
import { presend, type Ready } from './presend.ts';
import { readDue } from './queue.ts';
import { attempt } from './send.ts';
import { Window } from './window.ts';

// What is rendered, committed and sent together; a slow template keeps at most so many waiting.
const CHUNK = 20;
// Batches that are being loaded at a time; while they are, more becomes due for the next one.
const MAX_LOADING = 2;
const PER_ORIGIN = 128;
const PAUSE_MS = 250;

/** Takes items from the queue through rendering, the pre-send commit and the attempt to their committed outcome. */
export class Worker {
  readonly lanes: Lanes;
  readonly window = new Window(1_024, PER_ORIGIN);
  /** Whether the last read left something that is due: then an outcome that makes room is a reason to read. */
  more = false;
  readonly #parts: DeliveryParts;
  readonly #wake: () => void;
  readonly #pool;
  readonly #egress;
  readonly #keyring;
  readonly #webhooks;
  readonly #finisher: Finisher;
  readonly #presends: Gather<{ ready: Ready; webhook: LoadedWebhook }>;
  #abort = newAbort();
  #loading = 0;
  #definitions = -1;
  #pausedUntil = 0;

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
      forbidden: config.forbidden ?? [],
      connectionsPerOrigin: PER_ORIGIN,
      inside: insideInspectors(parts, () => config.publicUrl ?? null),
    });
    this.#keyring = createKeyring({ database, sealer: parts.secrets });
    this.#webhooks = createWebhookCache(database, parts.secrets);
    this.#presends = new Gather({ max: 128, delayMs: 1, concurrency: 3, flush: (batch) => this.#presend(batch) });
    this.#finisher = new Finisher({
      database,
      log,
      owner: processes.id,
      now: () => clock.now(),
      newId: () => newId(clock.now()),
      valid: () => processes.valid(),
      map: (jobs) => this.#pool.map(jobs),
      done: (outcomes, facts) => {
        for (const { item } of outcomes) this.window.drop(item);
        if (facts) parts.signals.raise('inbox');
        if (this.more) wake();
      },
    });
  }

  /** Reads what is due and starts on it. Returns how much was taken. */
  async pull(): Promise<number> {
    this.more = true;
    if (this.#loading >= MAX_LOADING || performance.now() < this.#pausedUntil) return 0;
    const lanes = [...this.lanes.mine.values()];
    if (lanes.length > 0) await this.#learnOrigins(lanes);
    const { items, more } = await readDue(this.#parts.database, lanes, this.window, this.#parts.clock.now());
    this.more = more;
    if (items.length > 0) this.#start(items);
    return items.length;
  }

  /** The lease is lost: calls off what is open and forgets every lane; the successor repeats the same requests. */
  lose(): void {
    this.lanes.mine.clear();
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

  async close(): Promise<void> {
    await this.#pool.stop();
    await this.#egress.close();
  }

  async #learnOrigins(lanes: readonly Lane[]): Promise<void> {
    const version = this.#parts.processes.definitionsVersion();
    if (version === this.#definitions && lanes.every((lane) => lane.origin !== null)) return;
    const webhooks = await this.#webhooks.current(lanes, version);
    for (const lane of lanes) lane.origin = originOf(webhooks.get(lane.webhookId)) ?? lane.id;
    this.#definitions = version;
  }

  /** Our own trouble (database away): lets the items go, to be read again after a pause. Nothing was sent. */
  #letGo(items: readonly Item[], error: unknown): void {
    this.#parts.log.error(
      { error: messageOf(error), deliveries: items.length },
      'preparing deliveries failed and is repeated',
    );
    this.#pausedUntil = performance.now() + PAUSE_MS;
    for (const item of items) this.window.drop(item);
  }

  async #start(items: Item[]): Promise<void> {
    const { database, clock, processes } = this.#parts;
    this.#loading++;
    try {
      const loaded = await loadContexts(database, items, clock.now());
      const stored = await loadRequests(database, items);
      const webhooks = await this.#webhooks.current(
        loaded.map((l) => ({ workspaceId: l.item.workspaceId, webhookId: l.details.webhookId })),
        processes.definitionsVersion(),
      );
      if (loaded.length < items.length) {
        const found = new Set(loaded.map((l) => l.item));
        const orphans = items.filter((item) => !found.has(item));
        await dropOrphans(database, orphans);
        for (const item of orphans) this.window.drop(item);
      }
      loaded.sort((a, b) => (a.item.laneId < b.item.laneId ? -1 : a.item.laneId > b.item.laneId ? 1 : 0));
      for (let i = 0; i < loaded.length; i += CHUNK) this.#prepare(loaded.slice(i, i + CHUNK), stored, webhooks);
    } catch (error) {
      this.#letGo(items, error);
    } finally {
      this.#loading--;
      if (this.more) this.#wake();
    }
  }

  async #prepare(
    loaded: Loaded[],
    stored: Awaited<ReturnType<typeof loadRequests>>,
    webhooks: Map<string, LoadedWebhook>,
  ): Promise<void> {
    const { clock, log } = this.#parts;
    try {
      const { ready, ended } = await prepare(loaded, stored, webhooks, {
        log,
        now: () => clock.now(),
        render: (jobs) => this.#pool.render(jobs),
      });
      for (const outcome of ended) this.#finisher.add({ outcome, map: null });
      this.#presends.add(ready.map((r) => ({ ready: r, webhook: webhooks.get(r.details.webhookId)! })));
    } catch (error) {
      this.#letGo(
        loaded.map((l) => l.item),
        error,
      );
    }
  }

  async #presend(batch: { ready: Ready; webhook: LoadedWebhook }[]): Promise<void> {
    const { database, processes, clock, log } = this.#parts;
    const webhooks = new Map(batch.map(({ ready, webhook }) => [ready, webhook]));
    try {
      const all = [...webhooks.keys()];
      const { go, cancelled, dropped, lost } = await presend(database, processes.id, all, clock.now());
      for (const r of go) this.#send(r, webhooks.get(r)!);
      for (const r of cancelled)
        this.#finisher.add({
          outcome: endOf(r, DELIVERY.cancelled, 'archived', 'The scenario was archived.'),
          map: null,
        });
      for (const r of lost) this.lanes.lose(r.item.laneId, r.item.token);
      for (const r of [...dropped, ...lost]) this.window.drop(r.item);
    } catch (error) {
      const items = batch.map(({ ready }) => ready.item);
      if (!isRefused(error)) return this.#letGo(items, error);
      if (batch.length > 1) {
        const half = batch.length >> 1;
        await this.#presend(batch.slice(0, half));
        return this.#presend(batch.slice(half));
      }
      log.error({ error: messageOf(error), delivery: items[0]!.deliveryId }, 'the database refused a request');
      const message = 'The request holds something that the database refuses to store.';
      this.#finisher.add({ outcome: endOf(batch[0]!.ready, DELIVERY.failed, 'not_storable', message), map: null });
    }
  }

  async #send(ready: Ready, webhook: LoadedWebhook): Promise<void> {
    const { clock, processes, log } = this.#parts;
    const { item, details } = ready;
    const one = { item: { ...item, requestId: ready.request.id }, details };
    const { scheme, key } = webhook.definition.signing;
    try {
      const signingSecrets = await this.#keyring.loadSigningSecrets(
        item.workspaceId,
        key === undefined ? null : (parse('signingKey', key) ?? key),
        processes.definitionsVersion(),
        clock.now(),
      );
      if (scheme !== 'none' && signingSecrets.length === 0) {
        const message = 'The webhook is signed with a key that does not exist. Choose another one in its settings.';
        this.#finisher.add({
          outcome: this.#as(item, endOf(one, DELIVERY.failed, 'no_signing_key', message)),
          map: null,
        });
        return;
      }
      const { outcome, mappable } = await attempt(ready, webhook, {
        egress: this.#egress,
        newId: () => newId(clock.now()),
        now: () => clock.now(),
        random: this.#parts.random ?? Math.random,
        signingSecrets,
        stillOurs: () => processes.valid() && this.lanes.holds(item.laneId, item.token),
        signal: this.#abort.signal,
      });
      this.#finisher.add({ outcome, map: mappable === null ? null : { webhook, body: mappable, signingSecrets } });
    } catch (error) {
      log.error({ error: messageOf(error), delivery: item.deliveryId }, 'an attempt could not be made and is repeated');
      const again = putBack(one, clock.now() + PUT_BACK_MS, 'ours', messageOf(error));
      this.#finisher.add({ outcome: this.#as(item, again), map: null });
    }
  }

  /** The outcome under the item as it is held. */
  #as(item: Item, outcome: ReturnType<typeof endOf>): ReturnType<typeof endOf> {
    return { ...outcome, item };
  }
}

/** Scheme, host and port of a webhook's URL, when they hold no placeholder. */
function originOf(webhook: LoadedWebhook | undefined): string | null {
  return webhook
    ? (/^https?:\/\/[^/?#{}%]+(?=[/?#]|$)/i.exec(webhook.definition.url)?.[0].toLowerCase() ?? null)
    : null;
}

function newAbort(): AbortController {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal); // one listener an open request, bounded by the window
  return abort;
}
