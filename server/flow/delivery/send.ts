import type { Egress } from '../../platform/egress/index.ts';
import type { TroubleClass } from '../../platform/errors.ts';
import { ATTEMPT, DELIVERY } from '../../schema/index.ts';
import type { LoadedWebhook } from '../../webhooks/index.ts';
import { spokenTo } from './address.ts';
import { credentialTrouble, headersOf } from './headers.ts';
import type { Outcome } from './outcome.ts';
import { endOf } from './prepare.ts';
import type { Ready } from './presend.ts';
import { redactorOf } from './redact.ts';
import { parseRetryAfter, waitAfter } from './retry.ts';
import { bodyVerdict, verdictOf } from './verdict.ts';

/** What sending needs besides the request. */
export interface SendParts {
  egress: Egress;
  /** A new id for the attempt. */
  newId: () => string;
  now: () => number;
  random: () => number;
  /** Newest first; two while a key rotates. */
  signingSecrets: string[];
  /** Whether the lease and the lane are still ours; asked directly before the first byte. */
  stillOurs: () => boolean;
  signal: AbortSignal;
}

// After our own trouble or a lost lease: short, and it uses up no try.
const PUT_BACK_MS = 1_000;
// So much of an answer is recorded; of a batch's answer, whose entries are read, more is looked at.
const RECORD_LIMIT = 65_536;
const ENTRIES_LIMIT = 1_048_576;

/**
 * Makes one attempt of a committed request: adds the webhook's secret headers, signs anew, sends, judges. The outcome has
 * the answer's body, redacted, if there is something to map from it: `mappable`.
 */
export async function attempt(
  ready: Ready,
  webhook: LoadedWebhook,
  parts: SendParts,
): Promise<{ outcome: Outcome; mappable: string | null }> {
  const { item, details, request } = ready;
  const { definition } = webhook;
  const refused = credentialTrouble(webhook, request.url);
  if (refused) {
    const end = endOf({ item, details }, DELIVERY.failed, refused.code, refused.message);
    return { outcome: { ...end, requestId: request.id }, mappable: null };
  }
  const { own, added, secret, hidden } = headersOf(webhook, request, parts.signingSecrets, parts.now());
  const id = parts.newId();
  const exchange = await parts.egress.exchange({
    method: request.method,
    url: request.url,
    headers: [...own, ...added],
    secretHeaders: secret,
    secretQuery: webhook.credential?.secretQuery ?? [],
    body: request.body,
    timeoutMs: ready.timeoutMs,
    ...(definition.batch?.results && { bodyLimit: ENTRIES_LIMIT }),
    signal: parts.signal,
    beforeFirstByte: parts.stillOurs,
  });
  const redactor = redactorOf(webhook, parts.signingSecrets);
  const sentHeaders = JSON.stringify([...added, ...hidden]);
  const base = {
    id,
    requestId: request.id,
    number: item.tries + 1,
    address: spokenTo(exchange),
    startedAt: exchange.startedAt,
    durationMs: exchange.durationMs,
    sentHeaders,
  };
  const done = {
    item,
    details,
    requestId: request.id,
    changes: [],
    refused: [] as { attribute: string; reason: string }[],
  };
  const none = { status: null, responseHeaders: null, responseBody: null, responseCut: false };

  if (!exchange.ok) {
    const { class: cls, code, message } = exchange.trouble;
    const reason = { code, message };
    if (cls === 'deferred' || cls === 'ours') {
      const record = cls === 'ours' ? { ...base, ...none, outcome: ATTEMPT.ours, reason: message } : null;
      const state = item.tries > 0 ? DELIVERY.retrying : DELIVERY.queued;
      return {
        outcome: {
          ...done,
          end: { dueAt: parts.now() + PUT_BACK_MS, state },
          tries: item.tries,
          reason,
          attempt: record,
        },
        mappable: null,
      };
    }
    const record = {
      ...base,
      ...none,
      outcome: cls === 'retryable' ? ATTEMPT.retryable : ATTEMPT.permanent,
      reason: message,
    };
    return { outcome: { ...done, ...judge(cls, null), reason, attempt: record }, mappable: null };
  }

  const { status, cut } = exchange;
  const verdict = verdictOf(status, definition.statuses) ?? bodyVerdict(definition.success, status, exchange.body, cut);
  const body = redactor.tooShort ? null : redactor.bytes(exchange.body, cut);
  const record = {
    ...base,
    outcome:
      verdict === null ? ATTEMPT.delivered : verdict.class === 'retryable' ? ATTEMPT.retryable : ATTEMPT.permanent,
    reason: verdict === null ? null : verdict.message,
    status,
    // A secret too short to be hidden could stand there.
    responseHeaders: redactor.tooShort ? null : redactor.text(JSON.stringify(exchange.headers)),
    responseBody: body === null ? null : body.subarray(0, RECORD_LIMIT),
    responseCut: cut || (body?.length ?? 0) > RECORD_LIMIT,
  };
  if (verdict !== null) {
    const header = exchange.headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1] ?? null;
    const reason = { code: verdict.code, message: verdict.message };
    return {
      outcome: {
        ...done,
        ...judge(verdict.class, parseRetryAfter(header, parts.now())),
        reason,
        attempt: record,
        stops: verdict.stop,
      },
      mappable: null,
    };
  }
  const outcome: Outcome = {
    ...done,
    end: { state: DELIVERY.delivered },
    tries: item.tries + 1,
    reason: null,
    attempt: record,
  };
  const results = definition.batch?.results;
  if (definition.mapping.length === 0 && !results) return { outcome, mappable: null };
  if (cut && !results) {
    const reason = 'The response is longer than 64 KB, so it was cut and nothing is mapped from it.';
    return {
      outcome: { ...outcome, refused: definition.mapping.map((rule) => ({ attribute: rule.attribute, reason })) },
      mappable: null,
    };
  }
  return { outcome, mappable: (body ?? redactor.bytes(exchange.body)).toString('utf8') };

  function judge(verdict: TroubleClass, retryAfter: number | null): Pick<Outcome, 'end' | 'tries'> {
    const tries = item.tries + 1;
    const wait = verdict === 'retryable' ? waitAfter(definition.retry, tries, retryAfter, parts.random) : null;
    return {
      tries,
      end: wait === null ? { state: DELIVERY.failed } : { dueAt: parts.now() + wait, state: DELIVERY.retrying },
    };
  }
}
