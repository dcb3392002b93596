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
import type { Outcome } from './outcome.ts';
import type { DeliveryParts } from './parts.ts';
import { endOf, PUT_BACK_MS, putBack } from './prepare.ts';
import { type Member, presend, presendBatch, type Ready } from './presend.ts';
import type { Reachability } from './reachability.ts';
import { attempt } from './send.ts';

/** A request that is ready. */
export interface Going {
  ready: Ready;
  webhook: LoadedWebhook;
}
/** A request with several members. */
export type Batch = Ready & { members: Member[] };
/** An answer's body, and what must not be mapped from it. */
export interface Mappable {
  body: string;
  signingSecrets: readonly string[];
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
  /** The origin has answered, or won't. */
  answered(item: Item): void;
  /** A slot of a policy is free again. */
  freed(policyId: string): void;
  /** What became of a batch's members, from what became of its request. */
  share(outcome: Outcome, going: Going & { ready: Batch }, mappable: Mappable | null): Promise<Outcome[]>;
  /** Lets go of an item. */
  drop(item: Item): void;
  /** Lets go of a member of a batch that ends by itself. */
  part(batch: Item, member: Item): void;
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
    const open = batch.filter(({ ready, pass }) => {
      // Its origin broke since it was read. Nothing was sent and nothing committed: it waits in the queue as before.
      if (this.#on.reachability.mayGo(ready.item)) return true;
      this.#close(pass, ready.item);
      this.#on.drop(ready.item);
      return false;
    });
    const batches = open.filter(({ ready }) => ready.members);
    await Promise.all([
      this.#goAlone(open.filter(({ ready }) => !ready.members)),
      ...batches.map((one) => this.#goTogether(one, one.ready as Batch)),
    ]);
  }

  async #goAlone(open: readonly Passed[]): Promise<void> {
    if (open.length === 0) return;
    const { database, processes, clock, log } = this.#on.parts;
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
        await this.#goAlone(open.slice(0, half));
        return this.#goAlone(open.slice(half));
      }
      const [only] = open;
      this.#close(only!.pass, only!.ready.item);
      log.error({ error: messageOf(error), delivery: items[0]!.deliveryId }, 'the database refused a request');
      const message = 'The request holds something that the database refuses to store.';
      this.#on.finisher.add({ outcome: endOf(only!.ready, DELIVERY.failed, 'not_storable', message), map: null });
    }
  }

  /** A batch goes whole; when some of its members may not, the others are read again, without them. */
  async #goTogether(passed: Passed, ready: Batch): Promise<void> {
    const { database, processes, clock, log } = this.#on.parts;
    try {
      const { whole, cancelled, lost } = await presendBatch(database, processes.id, ready, clock.now());
      if (whole) {
        this.#send(passed);
        return;
      }
      for (const member of cancelled) {
        this.#on.part(ready.item, member.item);
        const outcome = endOf(member, DELIVERY.cancelled, 'archived', 'The scenario was archived.');
        this.#on.finisher.add({ outcome, map: null });
      }
      for (const { item } of lost) this.#on.lanes.lose(item.laneId, item.token);
    } catch (error) {
      if (!isRefused(error)) {
        this.#close(passed.pass, ready.item);
        return this.#on.letGo([ready.item], error);
      }
      log.error({ error: messageOf(error), batch: ready.request.id }, 'the database refused a request');
      const message = 'The request holds something that the database refuses to store.';
      await this.#on.finisher.together(
        ready.members.map((member) => endOf(member, DELIVERY.failed, 'not_storable', message)),
      );
    }
    this.#close(passed.pass, ready.item);
    this.#on.drop(ready.item);
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
        return await this.#finish(
          { ready, webhook },
          this.#as(item, endOf(one, DELIVERY.failed, 'no_signing_key', message)),
          null,
        );
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
      this.#on.answered(item);
      this.#close(pass, item);
      await this.#finish({ ready, webhook }, outcome, mappable === null ? null : { body: mappable, signingSecrets });
    } catch (error) {
      log.error({ error: messageOf(error), delivery: item.deliveryId }, 'an attempt could not be made and is repeated');
      this.#close(pass, item);
      const again = putBack(one, clock.now() + PUT_BACK_MS, 'ours', messageOf(error));
      await this.#finish({ ready, webhook }, this.#as(item, again), null);
    }
  }

  /** Hands the outcome on; of a batch, those of its members, which are committed together. */
  async #finish(going: Going, outcome: Outcome, map: Mappable | null): Promise<void> {
    const { ready, webhook } = going;
    if (!ready.members) {
      this.#on.finisher.add({ outcome, map: map === null ? null : { webhook, ...map } });
      return;
    }
    const batch = { ready: ready as Batch, webhook };
    await this.#on.finisher.together(await this.#on.share(outcome, batch, map));
    this.#on.drop(ready.item);
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
