import { createHash } from 'node:crypto';
import { ExactNumber, type Json, toJson } from '../../platform/json.ts';
import { cleanText } from '../../platform/text.ts';
import { FACT } from '../../schema/index.ts';
import { type Identifier, identifier, phoneOf } from '../profiles/index.ts';
import { cleanJson, TOO_DEEP } from './clean.ts';
import { occurred } from './time.ts';

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

const MAX_MESSAGE_ID = 300;
const MAX_NAME = 200;

// A Map: in an object, "constructor" would be a type too.
const KINDS = new Map<unknown, number>([
  ['track', FACT.track],
  ['page', FACT.page],
  ['screen', FACT.screen],
  ['identify', FACT.identify],
  ['group', FACT.group],
  ['alias', FACT.alias],
]);

type Message = { [key: string]: Json };

/**
 * Checks one message and makes it ready; or says in a sentence why it is refused.
 *
 * @param type the kind of call; null for a batch, whose messages bring their own and are measured here
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
  const messageId = messageIdOf(message.messageId);
  const refuse = (reason: string) => ({ reason, messageId });
  const large = type === null ? oversized(message) : null;
  if (large !== null) return refuse(large);
  const kind = KINDS.get(type ?? message.type);
  if (kind === undefined) {
    const said = typeof message.type === 'string' ? JSON.stringify(cleanText(message.type.slice(0, 100))) : 'given';
    return refuse(`The type ${said} is none of track, identify, page, screen, group, alias.`);
  }

  const identifiers: Identifier[] = [];
  const add = (id: Identifier | null) => {
    if (id && !identifiers.some((have) => have.kind === id.kind && have.value === id.value)) identifiers.push(id);
  };
  add(identifier('user_id', idOf(message.userId)));
  add(identifier('anonymous_id', idOf(message.anonymousId)));
  let traits: Message | null = null;
  if (kind === FACT.identify) {
    traits = objectOf(message.traits);
    if (traits) {
      traits = normalised(traits);
      for (const name of identifying) if (Object.hasOwn(traits, name)) add(identifier(name, idOf(traits[name])));
    }
  }
  if (kind === FACT.alias) {
    // previousId may be either: what was anonymous, or an earlier user id.
    add(identifier('anonymous_id', idOf(message.previousId)));
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
    name = nameOf(message.event);
    content = objectOf(message.properties) ?? {};
  } else if (kind === FACT.page || kind === FACT.screen) {
    name = typeof message.name === 'string' ? nameOf(message.name) : '';
    content = objectOf(message.properties) ?? {};
  } else if (kind === FACT.identify) {
    content = traits ?? {};
  } else if (kind === FACT.group) {
    const group = identifier('group', idOf(message.groupId));
    if (!group) return refuse('group needs a groupId.');
    name = group.value;
    content = objectOf(message.traits) ?? {};
  }
  const body = content === null ? null : cleanJson(content);
  if (body !== null && 'reason' in body) return refuse(body.reason);
  const { at, note } = occurred(message, times);
  const meta = metaOf(message, messageId, kind, note);
  if (meta !== null && 'reason' in meta) return refuse(meta.reason);
  return {
    kind,
    identifiers,
    messageId,
    name,
    body: body?.text ?? null,
    meta: meta?.text ?? null,
    occurredAt: at,
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
  timeNote: string | null,
): { text: string } | { reason: string } | null {
  const context = objectOf(message.context);
  const anonymousId = message.anonymousId ?? null;
  const previousId = kind === FACT.alias ? (message.previousId ?? null) : null;
  if (messageId === null && context === null && anonymousId === null && previousId === null && timeNote === null)
    return null;
  const meta = {
    ...(messageId !== null && { messageId }),
    ...(anonymousId !== null && { anonymousId }),
    ...(previousId !== null && { previousId }),
    ...(timeNote !== null && { timeNote }),
  };
  if (context === null) return cleanJson(meta);
  return cleanJson({ ...meta, context });
}

/** Why a message of a batch is too large or too deep to be looked at, or null. Calls of their own are measured as they arrive. */
function oversized(message: Message): string | null {
  try {
    return Buffer.byteLength(toJson(message)) > MAX_MESSAGE_BYTES ? 'The message is larger than 32 KB.' : null;
  } catch {
    return TOO_DEEP; // thousands of levels: the stack ended
  }
}

/** An id as text, with all its digits when it came as a number. */
function idOf(value: Json | undefined): Json | undefined {
  return value instanceof ExactNumber && /^-?\d+$/.test(value.text) ? value.text : value;
}

/** The message's own id: what is beyond a sensible length is kept apart by its hash, since cutting would make two one. */
function messageIdOf(value: Json | undefined): string | null {
  const id = idOf(value);
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return null;
  const text = cleanText(String(id));
  return text.length <= MAX_MESSAGE_ID ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** A name in at most 200 characters. Cut first: cutting may leave half a pair. */
const nameOf = (text: string) => cleanText(text.slice(0, MAX_NAME));
