import type { SuccessCondition, WebhookDefinition } from '../../../../shared/webhook.ts';
import { DELIVERY } from '../../../schema/index.ts';
import type { EntriesResult, Entry } from '../../rendering/index.ts';
import type { Outcome } from '../outcome.ts';
import type { Member } from '../presend.ts';
import { waitAfter } from '../retry.ts';
import { bodyVerdict, holdsStatus, type Verdict, verdictOf } from '../verdict.ts';

export interface ShareParts {
  newId(): string;
  now(): number;
  random(): number;
}

/**
 * What became of each member of a batch, from what became of its request: the same for all; or, when the answer is one
 * that the webhook splits upon, back to the queue in two halves, which uses up no try.
 */
export function shareOut(
  outcome: Outcome,
  members: readonly Member[],
  definition: WebhookDefinition,
  parts: ShareParts,
): Outcome[] {
  const status = outcome.attempt?.status ?? null;
  const arrived = 'state' in outcome.end && !('dueAt' in outcome.end) && outcome.end.state === DELIVERY.delivered;
  const splits = definition.batch?.split_on ?? [];
  if (!arrived && status !== null && members.length > 1 && holdsStatus(splits, status))
    return halves(outcome, members, status, parts);
  const stopped = new Set<string | null>();
  return members.map(({ item, details }) => {
    // A scenario is stopped once, by the first of its deliveries.
    const stops = outcome.stops === true && !stopped.has(item.scenarioId);
    stopped.add(item.scenarioId);
    return { ...outcome, item, details, tries: item.tries + (outcome.tries - outcome.item.tries), stops };
  });
}

function halves(outcome: Outcome, members: readonly Member[], status: number, parts: ShareParts): Outcome[] {
  const message = `The receiver answered ${status}; the batch of ${members.length} profiles was split in two.`;
  const attempt = outcome.attempt && { ...outcome.attempt, reason: message };
  const dueAt = parts.now();
  const middle = Math.ceil(members.length / 2);
  const groups = [parts.newId(), parts.newId()];
  return members.map(({ item, details }, i) => ({
    item,
    details,
    end: { dueAt, state: item.tries > 0 ? DELIVERY.retrying : DELIVERY.queued },
    tries: item.tries,
    reason: { code: 'batch_split', message },
    requestId: outcome.requestId,
    attempt,
    changes: [],
    refused: [],
    regroup: { group: groups[i < middle ? 0 : 1]! },
  }));
}

/** What a profile's entry says; null: delivered. `status`: the answer's own, which stands for an entry without one. */
export function entryVerdict(
  entry: Entry,
  statuses: WebhookDefinition['statuses'],
  success: SuccessCondition | undefined,
  status: number,
): Verdict | null {
  return (
    (entry.status === null ? null : verdictOf(entry.status, statuses)) ??
    bodyVerdict(success, entry.status ?? status, Buffer.from(entry.text), false)
  );
}

/**
 * Outcomes of members of a batch that arrived, corrected by what the answer says of each: by its entry's status and
 * success, and with what is mapped from it. One that is tried again leaves this batch.
 */
export function byEntries(
  outcomes: readonly Outcome[],
  answer: EntriesResult | { message: string },
  definition: WebhookDefinition,
  parts: ShareParts,
): Outcome[] {
  const rules = definition.batch!.results!;
  // One time for all that are tried again after as many tries, so that they meet in a batch again.
  const retries = new Map<number, number | null>();
  if (!('ok' in answer) || !answer.ok) {
    // Nothing tells them apart: what is said of profiles without an entry is said of all.
    return outcomes.map((outcome) => missing(outcome, answer.message));
  }
  return outcomes.map((outcome, i) => {
    const entry = answer.entries[i];
    if (!entry) return missing(outcome, 'The answer has no entry for this profile.');
    const verdict = entryVerdict(entry, definition.statuses, rules.success, outcome.attempt?.status ?? 200);
    if (verdict === null) return { ...outcome, changes: entry.changes, refused: entry.refused };
    const reason = { code: verdict.code, message: `In the answer's entry for this profile: ${verdict.message}` };
    return { ...ended(outcome, verdict.class === 'retryable', reason), stops: verdict.stop };
  });

  function missing(outcome: Outcome, message: string): Outcome {
    const refused = definition.mapping.map(({ attribute }) => ({ attribute, reason: message }));
    if (rules.missing === 'delivered') return { ...outcome, refused };
    return ended(outcome, rules.missing === 'retry', { code: 'no_entry', message });
  }

  function ended(outcome: Outcome, retry: boolean, reason: Outcome['reason']): Outcome {
    const dueAt = retry ? retryAt(outcome.tries) : null;
    if (dueAt === null) return { ...outcome, end: { state: DELIVERY.failed }, reason };
    return { ...outcome, end: { dueAt, state: DELIVERY.retrying }, reason, regroup: { group: null } };
  }

  function retryAt(tries: number): number | null {
    if (!retries.has(tries)) {
      const wait = waitAfter(definition.retry, tries, null, parts.random);
      retries.set(tries, wait === null ? null : parts.now() + wait);
    }
    return retries.get(tries)!;
  }
}
