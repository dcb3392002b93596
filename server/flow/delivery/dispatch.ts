import type { Keyring } from '../../connections/index.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { newId, parse } from '../../platform/ids.ts';
import { DELIVERY } from '../../schema/index.ts';
import type { LoadedWebhook } from '../../webhooks/index.ts';
import { type Finisher, isRefused } from './finish.ts';
import type { Pass } from './gate.ts';
import type { Item } from './item.ts';
import type { Lanes } from './lanes.ts';
import { START_MS } from './limiter.ts';
import type { DeliveryParts } from './parts.ts';
import { endOf, PUT_BACK_MS, putBack } from './prepare.ts';
import { presend, type Ready } from './presend.ts';
import type { Reachability } from './reachability.ts';
import { attempt } from './send.ts';

/** A request that is ready. */
export interface Going {
  ready: Ready;
  webhook: LoadedWebhook;
}
/** One that may go: with its pass when it is under a policy. */
export type Passed = Going & { pass: Pass | null };

export interface DispatchParts {
  parts: DeliveryParts;
  lanes: Lanes;
  reachability: Reachability;
  finisher: Finisher;
  egress: Egress;
  keyring: Keyring;
  /** Aborted when everything that is open is called off. */
  signal: () => AbortSignal;
  /** A slot of a policy is free again. */
  freed(policyId: string): void;
  /** Lets go of an item. */
  drop(item: Item): void;
  /** Our own trouble: lets go of items, to be read again. */
  letGo(items: readonly Item[], error: unknown): void;
}

/** The last station: the pre-send commit, the attempt, and what comes of it. */
export class Dispatch {
  readonly #on: DispatchParts;

  constructor(on: DispatchParts) {
    this.#on = on;
  }

  /** Commits requests and sends those that the commit let through; settles every one of them, and never throws. */
  async go(batch: readonly Passed[]): Promise<void> {
    const { database, processes, clock, log } = this.#on.parts;
    const open = batch.filter(({ ready, pass }) => {
      // Its origin broke since it was read. Nothing was sent and nothing committed: it waits in the queue as before.
      if (this.#on.reachability.mayGo(ready.item)) return true;
      this.#close(pass, ready.item);
      this.#on.drop(ready.item);
      return false;
    });
    if (open.length === 0) return;
    const going = new Map(open.map((one) => [one.ready, one]));
    try {
      const result = await presend(database, processes.id, [...going.keys()], clock.now());
      const { go, cancelled, dropped, lost } = result;
      for (const r of [...cancelled, ...dropped, ...lost]) this.#close(going.get(r)!.pass, r.item);
      for (const r of go) this.#send(going.get(r)!);
      for (const r of cancelled)
        this.#on.finisher.add({
          outcome: endOf(r, DELIVERY.cancelled, 'archived', 'The scenario was archived.'),
          map: null,
        });
      for (const r of lost) this.#on.lanes.lose(r.item.laneId, r.item.token);
      for (const r of [...dropped, ...lost]) this.#on.drop(r.item);
    } catch (error) {
      const items = open.map(({ ready }) => ready.item);
      if (!isRefused(error)) {
        for (const { ready, pass } of open) this.#close(pass, ready.item);
        return this.#on.letGo(items, error);
      }
      if (open.length > 1) {
        const half = open.length >> 1;
        await this.go(open.slice(0, half));
        return this.go(open.slice(half));
      }
      const [only] = open;
      this.#close(only!.pass, only!.ready.item);
      log.error({ error: messageOf(error), delivery: items[0]!.deliveryId }, 'the database refused a request');
      const message = 'The request holds something that the database refuses to store.';
      this.#on.finisher.add({ outcome: endOf(only!.ready, DELIVERY.failed, 'not_storable', message), map: null });
    }
  }

  /** Gives a slot back; what waits for it goes. */
  #close(pass: Pass | null, item: Item): void {
    if (!pass) return;
    pass.limiter.close(pass.ticket);
    if (item.policyId !== null) this.#on.freed(item.policyId);
  }

  async #send({ ready, webhook, pass }: Passed): Promise<void> {
    const { clock, processes, log } = this.#on.parts;
    const { item, details } = ready;
    const one = { item: { ...item, requestId: ready.request.id }, details };
    const { scheme, key } = webhook.definition.signing;
    try {
      const signingSecrets = await this.#on.keyring.loadSigningSecrets(
        item.workspaceId,
        key === undefined ? null : (parse('signingKey', key) ?? key),
        processes.definitionsVersion(),
        clock.now(),
      );
      if (scheme !== 'none' && signingSecrets.length === 0) {
        const message = 'The webhook is signed with a key that does not exist. Choose another one in its settings.';
        this.#close(pass, item);
        this.#on.finisher.add({
          outcome: this.#as(item, endOf(one, DELIVERY.failed, 'no_signing_key', message)),
          map: null,
        });
        return;
      }
      this.#on.reachability.begin(item);
      const { outcome, mappable } = await attempt(ready, webhook, {
        egress: this.#on.egress,
        newId: () => newId(clock.now()),
        now: () => clock.now(),
        random: this.#on.parts.random ?? Math.random,
        signingSecrets,
        stillOurs: () => this.#mayStart(item, pass),
        signal: this.#on.signal(),
      });
      this.#on.reachability.end(item, outcome);
      this.#close(pass, item);
      this.#on.finisher.add({ outcome, map: mappable === null ? null : { webhook, body: mappable, signingSecrets } });
    } catch (error) {
      log.error({ error: messageOf(error), delivery: item.deliveryId }, 'an attempt could not be made and is repeated');
      this.#close(pass, item);
      const again = putBack(one, clock.now() + PUT_BACK_MS, 'ours', messageOf(error));
      this.#on.finisher.add({ outcome: this.#as(item, again), map: null });
    }
  }

  /**
   * Asked directly before the first byte. Fails closed: without a valid lease and the lane it isn't sent, nor when its
   * booking is so old that a successor may count it as over.
   */
  #mayStart(item: Item, pass: Pass | null): boolean {
    if (!this.#on.parts.processes.valid() || !this.#on.lanes.holds(item.laneId, item.token)) return false;
    if (!pass) return true;
    const now = this.#on.parts.clock.now();
    if (now - pass.at >= START_MS) return false;
    pass.limiter.start(pass.ticket, now);
    return true;
  }

  /** The outcome under the item as it is held. */
  #as(item: Item, outcome: ReturnType<typeof endOf>): ReturnType<typeof endOf> {
    return { ...outcome, item };
  }
}
