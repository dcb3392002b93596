import { type Database, isDataError } from '../../platform/database/index.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { LoadedWebhook } from '../../webhooks/index.ts';
import type { MapJob, MapResult } from '../rendering/index.ts';
import { Gather } from './gather.ts';
import { commitOutcomes, type Outcome } from './outcome.ts';
import { redactorOf, withoutSecrets } from './redact.ts';

/** An attempt's outcome, and the body to map from, if there is one. */
export interface Finished {
  outcome: Outcome;
  map: { webhook: LoadedWebhook; body: string; signingSecrets: readonly string[] } | null;
}

export interface FinishParts {
  database: Database;
  log: Log;
  now(): number;
  newId(): string;
  owner: string;
  /** Whether the lease stands; without it commits are given up, and the successor repeats the same requests. */
  valid(): boolean;
  map(jobs: MapJob[]): Promise<MapResult[]>;
  /** Called with all of a batch when it is committed, or given up. */
  done(outcomes: readonly Outcome[], facts: boolean): void;
}

// Outcomes gather this long, so that many share one commit.
const GATHER_MS = 5;
const MAX_COMMIT = 256;
const COMMIT_TRIES = 20;
const MAP_TRIES = 3;

/** Brings outcomes to the database: maps what is to be mapped, gathers, commits. */
export class Finisher {
  readonly #parts: FinishParts;
  readonly #mapping: Gather<Finished>;
  readonly #commits: Gather<Outcome>;

  constructor(parts: FinishParts) {
    this.#parts = parts;
    // Two at a time, as one process maps: what comes meanwhile grows the next batch instead of waiting for it in line.
    this.#mapping = new Gather({ max: 64, delayMs: 2, concurrency: 2, flush: (batch) => this.#map(batch) });
    this.#commits = new Gather({
      max: MAX_COMMIT,
      delayMs: GATHER_MS,
      concurrency: 2,
      flush: async (batch) => parts.done(batch, await this.#commit(batch)),
    });
  }

  add(finished: Finished): void {
    if (finished.map) this.#mapping.add([finished]);
    else this.#commits.add([finished.outcome]);
  }

  /** Outcomes that are committed in one transaction, whatever else waits: those of a batch's members. */
  async together(outcomes: Outcome[]): Promise<void> {
    this.#parts.done(outcomes, await this.#commit(outcomes));
  }

  async #map(batch: Finished[]): Promise<void> {
    const jobs = batch.map(({ map }) => ({ rules: map!.webhook.definition.mapping, body: map!.body }));
    const results = await this.#tryMap(jobs);
    for (const [i, { outcome, map }] of batch.entries()) {
      const redactor = redactorOf(map!.webhook, map!.signingSecrets);
      const result = results?.[i];
      if (!result) {
        const reason = 'The response could not be read because of trouble of our own.';
        outcome.refused.push(...jobs[i]!.rules.map(({ attribute }) => ({ attribute, reason })));
        continue;
      }
      const { changes, refused } = withoutSecrets(result, redactor);
      outcome.changes.push(...changes);
      outcome.refused.push(...refused);
    }
    this.#commits.add(batch.map((finished) => finished.outcome));
  }

  // The delivery arrived: a mapping that can't be made is refused in the end, and the delivery ends all the same.
  async #tryMap(jobs: MapJob[]): Promise<MapResult[] | null> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#parts.map(jobs);
      } catch (error) {
        this.#parts.log.warn({ error: messageOf(error), jobs: jobs.length }, 'responses could not be mapped');
        if (tries >= MAP_TRIES) return null;
      }
    }
  }

  /** Commits, again and again while the database is away; data that it refuses is isolated by halves. */
  async #commit(outcomes: Outcome[]): Promise<boolean> {
    const { database, log, owner } = this.#parts;
    for (let tries = 1; tries <= COMMIT_TRIES; tries++) {
      try {
        return await commitOutcomes(database, owner, outcomes, this.#parts.now(), this.#parts.newId);
      } catch (error) {
        if (isRefused(error) && outcomes.length > 1) {
          const half = outcomes.length >> 1;
          const first = await this.#commit(outcomes.slice(0, half));
          return (await this.#commit(outcomes.slice(half))) || first;
        }
        const known = { error: messageOf(error), outcomes: outcomes.length };
        if (isRefused(error) && outcomes.length === 1) {
          const [one] = outcomes;
          log.error({ ...known, delivery: one!.item.deliveryId }, 'the database refused an outcome');
          if (!one!.attempt || one!.attempt.responseBody === null) return false;
          outcomes = [withoutResponse(one!)];
          continue;
        }
        log.warn(known, 'committing outcomes failed and is repeated');
        if (!this.#parts.valid()) return false;
        await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, 50 * tries)));
      }
    }
    log.error({ outcomes: outcomes.length }, 'outcomes could not be committed; their requests will be repeated');
    return false;
  }
}

function withoutResponse(outcome: Outcome): Outcome {
  const reason = 'The response could not be stored.';
  const refused = [...outcome.changes, ...outcome.refused].map(({ attribute }) => ({ attribute, reason }));
  const attempt = { ...outcome.attempt!, responseHeaders: null, responseBody: null, reason };
  return { ...outcome, attempt, changes: [], refused };
}

/** Whether the data was refused. A missing day (SQLSTATE 23514 too) is our own trouble, which repeating may mend. */
export function isRefused(error: unknown): boolean {
  return isDataError(error) && (error as { code: string }).code !== '23514';
}
