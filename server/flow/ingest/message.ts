import type { Json } from '../../platform/json.ts';
import { toJson } from '../../platform/json.ts';
import { cleanText } from '../../platform/text.ts';
import { FACT } from '../../schema/index.ts';
import { type Identifier, identifier, phoneOf } from '../profiles/index.ts';
import { cleanJson } from './clean.ts';

/** A message of the tracking API, checked and ready to become a fact. */
export interface Prepared {
  kind: number;
  /** The first is the one that the message is about. */
  identifiers: Identifier[];
  messageId: string | null;
  name: string | null;
  body: string | null;
  meta: string | null;
  occurredAt: number;
}

/** Largest message, bytes (Segment: 32 KB). */
export const MAX_MESSAGE_BYTES = 32_768;

const KINDS: Record<string, number> = {
  track: FACT.track,
  page: FACT.page,
  screen: FACT.screen,
  identify: FACT.identify,
  group: FACT.group,
  alias: FACT.alias,
};

type Message = { [key: string]: Json };

/**
 * Checks one message and makes it ready; or says in a sentence why it is refused.
 *
 * @param type the kind of call; a batch's messages bring their own
 * @param times when it was received, and when the client says it was sent (null: unknown), ms
 * @param identifying attributes that identify a profile
 */
export function prepare(
  raw: unknown,
  type: string | null,
  times: { receivedAt: number; sentAt: number | null },
  identifying: ReadonlySet<string>,
): Prepared | { reason: string; messageId: string | null } {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw))
    return { reason: 'The message is not an object.', messageId: null };
  const message = raw as Message;
  const messageId =
    typeof message.messageId === 'string' && message.messageId !== ''
      ? cleanText(message.messageId).slice(0, 300)
      : null;
  const refuse = (reason: string) => ({ reason, messageId });
  const kind = KINDS[type ?? String(message.type ?? '')];
  if (kind === undefined)
    return refuse(
      `The type ${JSON.stringify(message.type ?? null)} is none of track, identify, page, screen, group, alias.`,
    );

  const identifiers: Identifier[] = [];
  const add = (id: Identifier | null) => {
    if (id && !identifiers.some((have) => have.kind === id.kind && have.value === id.value)) identifiers.push(id);
  };
  add(identifier('user_id', message.userId));
  add(identifier('anonymous_id', message.anonymousId));
  let traits: Message | null = null;
  if (kind === FACT.identify) {
    traits = objectOf(message.traits);
    if (traits) {
      traits = normalised(traits);
      for (const name of identifying) if (Object.hasOwn(traits, name)) add(identifier(name, traits[name]));
    }
  }
  if (kind === FACT.alias) {
    // previousId may be either: what was anonymous, or an earlier user id.
    add(identifier('anonymous_id', message.previousId));
    if (identifiers.length === 0) return refuse('alias needs userId or previousId.');
  }
  if (identifiers.length === 0)
    return refuse(
      'The message names nobody: userId or anonymousId is missing, or is a word like "null" that programs send for nobody.',
    );

  let name: string | null = null;
  let content: Json | null = null;
  if (kind === FACT.track) {
    if (typeof message.event !== 'string' || message.event.trim() === '')
      return refuse('track needs the name of the event, in "event".');
    name = cleanText(message.event).slice(0, 200);
    content = objectOf(message.properties) ?? {};
  } else if (kind === FACT.page || kind === FACT.screen) {
    name = typeof message.name === 'string' ? cleanText(message.name).slice(0, 200) : '';
    content = objectOf(message.properties) ?? {};
  } else if (kind === FACT.identify) {
    content = traits ?? {};
  } else if (kind === FACT.group) {
    const group = identifier('group', message.groupId);
    if (!group) return refuse('group needs a groupId.');
    name = group.value;
    content = objectOf(message.traits) ?? {};
  }
  const body = content === null ? null : cleanJson(content);
  if (body !== null && 'reason' in body) return refuse(body.reason);
  const meta = metaOf(message, messageId, kind);
  if (meta !== null && 'reason' in meta) return refuse(meta.reason);
  return {
    kind,
    identifiers,
    messageId,
    name,
    body: body?.text ?? null,
    meta: meta?.text ?? null,
    occurredAt: occurred(message, times),
  };
}

function objectOf(value: Json | undefined): Message | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Message) : null;
}

/** Email in lower case and phone as E.164, as they are stored. */
function normalised(traits: Message): Message {
  const { email, phone } = traits;
  if (typeof email !== 'string' && typeof phone !== 'string') return traits;
  const out = { ...traits };
  if (typeof email === 'string') out.email = email.trim().toLowerCase();
  if (typeof phone === 'string') out.phone = phoneOf(phone) ?? phone;
  return out;
}

function metaOf(
  message: Message,
  messageId: string | null,
  kind: number,
): { text: string } | { reason: string } | null {
  const context = objectOf(message.context);
  const anonymousId = message.anonymousId ?? null;
  const previousId = kind === FACT.alias ? (message.previousId ?? null) : null;
  if (messageId === null && context === null && anonymousId === null && previousId === null) return null;
  const meta = {
    ...(messageId !== null && { messageId }),
    ...(anonymousId !== null && { anonymousId }),
    ...(previousId !== null && { previousId }),
  };
  if (context === null) return cleanJson(meta);
  return cleanJson({ ...meta, context });
}

// The sender's clock may be wrong: the time between happening and sending is right even then. occurred = received −
// (sent − original), as Segment documents for `timestamp`, `originalTimestamp` and `sentAt`.
function occurred(message: Message, times: { receivedAt: number; sentAt: number | null }): number {
  const original = instant(message.timestamp) ?? instant(message.originalTimestamp);
  const sent = instant(message.sentAt) ?? times.sentAt;
  const at = original === null ? times.receivedAt : sent === null ? original : times.receivedAt - (sent - original);
  // A `timestamp` that the caller gave goes before the `originalTimestamp` that some libraries add beside it.
  // Before 1970 or beyond the year 9999 it is a broken clock, not a time.
  return at >= 0 && at < 253_402_300_800_000 ? Math.round(at) : times.receivedAt;
}

/** An instant from ISO 8601 text or ms, or null. */
export function instant(value: Json | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

/** Size of a message in bytes, as JSON. */
export function sizeOf(message: unknown): number {
  return Buffer.byteLength(toJson(message) ?? '');
}
