import { createKeyring } from '../../connections/index.ts';
import { isDataError } from '../../platform/database/index.ts';
import { createEgress } from '../../platform/egress/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { newId, parse } from '../../platform/ids.ts';
import { DELIVERY } from '../../schema/index.ts';
import { createWebhookCache, type LoadedWebhook } from '../../webhooks/index.ts';
import { createRenderPool } from '../rendering/index.ts';
import { type Loaded, loadContexts, loadRequests } from './context.ts';
import type { DeliveryParts } from './index.ts';
import type { Item, StoredRequest } from './item.ts';
import { Lanes } from './lanes.ts';
import { commitOutcomes, type Outcome } from './outcome.ts';
import { presend, type Ready } from './presend.ts';
import { Window } from './queue.ts';
import { attempt, isSecretOf } from './send.ts';

// Outcomes gather this long, so that many share one commit.
const GATHER_MS = 3;
const MAX_COMMIT = 256;
const COMMIT_TRIES = 20;
const PUT_BACK_MS = 1_000;

interface Finished {
  outcome: Outcome;
  webhook: LoadedWebhook | null;
  mappable: string | null;
}

/** Takes items from the queue through rendering, the pre-send commit and the attempt to their committed outcome. */
export class Worker {
  readonly lanes: Lanes;
  readonly window = new Window();
  readonly #parts: DeliveryParts;
  readonly #pool;
  readonly #egress;
  readonly #keyring;
  readonly #webhooks;
  #abort = new AbortController();
  #finished: Finished[] = [];
  #flushing: Promise<void> | null = null;
  readonly #open = new Set<Promise<void>>();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.lanes = new Lanes(parts.processes);
    this.#pool = createRenderPool({ log: parts.log });
    const { egressAllow, forbidden } = parts.config;
    this.#egress = createEgress({
      clock: parts.clock,
      allow: egressAllow,
      forbidden: forbidden ?? [],
      connectionsPerOrigin: 128,
    });
    this.#keyring = createKeyring({ database: parts.database, sealer: parts.secrets });
    this.#webhooks = createWebhookCache(parts.database, parts.secrets);
  }

  /** Reads what is due and starts on it. Returns how much was taken. */
  async pull(): Promise<number> {
    const lanes = [...this.lanes.mine.values()];
    if (lanes.length === 0) return 0;
    const now = this.#parts.clock.now();
    const items = await this.window.read(this.#parts.database, lanes, now);
    this.window.raiseFloors(lanes, new Map(lanes.map((lane) => [lane.id, now])));
    if (items.length > 0) this.#track(this.#start(items));
    return items.length;
  }

  /** The lease is lost: calls off what is open and forgets every lane; the successor repeats the same requests. */
  lose(): void {
    this.lanes.mine.clear();
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /** Waits until nothing is open, `ms` at most; then calls off the rest. */
  async drain(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while ((this.#open.size > 0 || this.#finished.length > 0) && performance.now() < end) {
      const timer = new Promise((resolve) => setTimeout(resolve, 50));
      await Promise.race([Promise.all(this.#open), timer]);
      await this.#flush();
    }
    this.#abort.abort();
    await Promise.all(this.#open);
    await this.#flush();
  }

  async close(): Promise<void> {
    await this.#pool.stop();
    await this.#egress.close();
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#open.delete(tracked));
    this.#open.add(tracked);
  }

  async #start(items: Item[]): Promise<void> {
    const { database, clock, log } = this.#parts;
    try {
      const now = clock.now();
      const loaded = await loadContexts(database, items, now);
      const stored = await loadRequests(database, items);
      const found = new Set(loaded.map((l) => l.item.deliveryId));
      for (const item of items) if (!found.has(item.deliveryId)) this.window.drop(item);
      const webhooks = await this.#webhooks.current(
        loaded.map((l) => ({ workspaceId: l.item.workspaceId, webhookId: l.details.webhookId })),
        this.#parts.processes.definitionsVersion(),
      );
      const { ready, ended } = await this.#prepare(loaded, stored, webhooks);
      for (const outcome of ended) this.#finish({ outcome, webhook: null, mappable: null });
      if (ready.length === 0) return;
      const { go, cancelled, dropped } = await presend(database, this.#parts.processes.id, ready, clock.now());
      for (const r of dropped) this.window.drop(r.item);
      for (const r of cancelled)
        this.#finish({
          outcome: endOf(r, DELIVERY.cancelled, { code: 'archived', message: 'The scenario was archived.' }, null),
          webhook: null,
          mappable: null,
        });
      for (const r of go) this.#track(this.#send(r, webhooks.get(r.details.webhookId)!));
    } catch (error) {
      // Ours: nothing was sent. The items are let go and read again; a short pause keeps a broken database from spinning.
      log.error({ error: messageOf(error), deliveries: items.length }, 'preparing deliveries failed and is repeated');
      await new Promise((resolve) => setTimeout(resolve, 200));
      for (const item of items) this.window.drop(item);
    }
  }

  /** Requests for items: the stored one, or a fresh one rendered now. What can't be rendered ends here. */
  async #prepare(
    loaded: Loaded[],
    stored: Map<string, StoredRequest>,
    webhooks: Map<string, LoadedWebhook>,
  ): Promise<{ ready: Ready[]; ended: Outcome[] }> {
    const ready: Ready[] = [];
    const ended: Outcome[] = [];
    const render: { loaded: Loaded; webhook: LoadedWebhook }[] = [];
    for (const one of loaded) {
      const webhook = webhooks.get(one.details.webhookId);
      if (!webhook || webhook.deleted || !webhook.enabled) {
        const reason =
          webhook && !webhook.deleted
            ? { code: 'webhook_off', message: 'The webhook is switched off.' }
            : { code: 'webhook_deleted', message: 'The webhook was deleted.' };
        ended.push(endOf(one, DELIVERY.cancelled, reason, null));
        continue;
      }
      const request = one.item.requestId === null ? undefined : stored.get(one.item.requestId);
      if (request)
        ready.push({
          item: one.item,
          details: one.details,
          request,
          fresh: false,
          timeoutMs: webhook.definition.timeout_ms,
        });
      else render.push({ loaded: one, webhook });
    }
    const results = await this.#pool.render(
      render.map(({ loaded: { context }, webhook: { id, version, definition } }) => ({
        webhook: { id, version, definition },
        context,
      })),
    );
    for (const [i, result] of results.entries()) {
      const { loaded: one, webhook } = render[i]!;
      if (result.ok) {
        ready.push({
          item: one.item,
          details: one.details,
          request: this.#fresh(one.item, webhook, result.request),
          fresh: true,
          timeoutMs: webhook.definition.timeout_ms,
        });
        continue;
      }
      const { class: cls, code } = result.trouble;
      const place = result.place
        ? ` (${result.place.field}, line ${result.place.line}, column ${result.place.column})`
        : '';
      const reason = { code, message: `${result.trouble.message}${place}` };
      if (cls === 'ours' || cls === 'deferred') {
        const dueAt = this.#parts.clock.now() + PUT_BACK_MS;
        ended.push({ ...endOf(one, DELIVERY.queued, reason, null), end: { state: DELIVERY.queued, dueAt } });
      } else {
        ended.push(endOf(one, result.skipped ? DELIVERY.skipped : DELIVERY.failed, reason, null));
      }
    }
    return { ready, ended };
  }

  #fresh(
    item: Item,
    webhook: LoadedWebhook,
    rendered: Pick<StoredRequest, 'method' | 'url' | 'headers' | 'body'>,
  ): StoredRequest {
    const name = item.deliveryId.replaceAll('-', '');
    return {
      ...rendered,
      id: newId(this.#parts.clock.now()),
      webhookVersion: webhook.version,
      messageId: `msg_${name}`,
      idempotencyKey: `dlv_${name}`,
    };
  }

  async #send(ready: Ready, webhook: LoadedWebhook): Promise<void> {
    const { clock, processes } = this.#parts;
    const { item } = ready;
    const keyId = webhook.definition.signing.key;
    try {
      const signingSecrets = await this.#keyring.loadSigningSecrets(
        item.workspaceId,
        keyId === undefined ? null : parse('signingKey', keyId),
        processes.definitionsVersion(),
        clock.now(),
      );
      const { outcome, mappable } = await attempt(ready, webhook, {
        egress: this.#egress,
        newId: () => newId(clock.now()),
        now: () => clock.now(),
        random: this.#parts.random ?? Math.random,
        signingSecrets,
        stillOurs: () => processes.valid() && this.lanes.holds(item.laneId, item.token),
        signal: this.#abort.signal,
      });
      this.#finish({ outcome, webhook, mappable });
    } catch (error) {
      this.#parts.log.error(
        { error: messageOf(error), delivery: item.deliveryId },
        'an attempt could not be made and is repeated',
      );
      const reason = { code: 'ours', message: messageOf(error) };
      this.#finish({
        outcome: {
          ...endOf(ready, DELIVERY.queued, reason, ready.request.id),
          end: { state: DELIVERY.queued, dueAt: clock.now() + PUT_BACK_MS },
        },
        webhook: null,
        mappable: null,
      });
    }
  }

  #finish(finished: Finished): void {
    this.#finished.push(finished);
    this.#flushing ??= new Promise<void>((resolve) => setTimeout(resolve, GATHER_MS)).then(() => this.#flush());
  }

  async #flush(): Promise<void> {
    while (this.#finished.length > 0) {
      const batch = this.#finished.splice(0, MAX_COMMIT);
      await this.#map(batch);
      await this.#commit(batch.map((f) => f.outcome));
      for (const { outcome } of batch) this.window.drop(outcome.item);
      this.#parts.signals.raise('inbox');
    }
    this.#flushing = null;
    this.#parts.signals.deliver('lane_queue');
  }

  async #map(batch: Finished[]): Promise<void> {
    const wanted = batch.filter((f) => f.mappable !== null && f.webhook !== null);
    if (wanted.length === 0) return;
    const results = await this.#pool.map(
      wanted.map((f) => ({ rules: f.webhook!.definition.mapping, body: f.mappable! })),
    );
    for (const [i, { outcome, webhook }] of wanted.entries()) {
      const isSecret = isSecretOf(webhook!);
      for (const change of results[i]!.changes) {
        if (typeof change.value === 'string' && isSecret(change.value))
          outcome.refused.push({ attribute: change.attribute, reason: 'The value is a secret of this webhook.' });
        else outcome.changes.push(change);
      }
      outcome.refused.push(...results[i]!.refused);
    }
  }

  /** Commits, again and again while the database is away; data that it refuses is isolated by halves. */
  async #commit(outcomes: Outcome[]): Promise<void> {
    const { database, clock, processes, log } = this.#parts;
    for (let tries = 1; tries <= COMMIT_TRIES; tries++) {
      try {
        await commitOutcomes(database, processes.id, outcomes, clock.now(), () => newId(clock.now()));
        return;
      } catch (error) {
        if (isDataError(error)) {
          if (outcomes.length > 1) {
            const half = outcomes.length >> 1;
            await this.#commit(outcomes.slice(0, half));
            await this.#commit(outcomes.slice(half));
            return;
          }
          log.error(
            { error: messageOf(error), delivery: outcomes[0]?.item.deliveryId },
            'the database refused an outcome; it is recorded without its response',
          );
          const attempt = outcomes[0]!.attempt;
          if (!attempt || attempt.responseBody === null) return;
          outcomes = [
            {
              ...outcomes[0]!,
              attempt: {
                ...attempt,
                responseBody: null,
                responseHeaders: null,
                reason: 'The response could not be stored.',
              },
              changes: [],
              refused: [],
            },
          ];
          continue;
        }
        log.warn({ error: messageOf(error), outcomes: outcomes.length }, 'committing outcomes failed and is repeated');
        if (!processes.valid() && tries > 5) return; // the lanes have a new owner, who repeats the same requests
        await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, 50 * tries)));
      }
    }
    log.error({ outcomes: outcomes.length }, 'outcomes could not be committed; their requests will be repeated');
  }
}

function endOf(
  one: { item: Item; details: Outcome['details'] },
  state: number,
  reason: { code: string; message: string },
  requestId: string | null,
): Outcome {
  const { item, details } = one;
  return {
    item,
    details,
    end: { state },
    tries: item.tries,
    reason,
    requestId: requestId ?? item.requestId,
    attempt: null,
    changes: [],
    refused: [],
  };
}
