/**
 * A fact: anything that arrived or happened and may change a profile. It waits in the inbox of its profile's partition
 * until a turn of the engine applies it. What `name`, `body` (JSON text) and `meta` (JSON text) hold depends on the kind:
 *
 * | kind | name | body | meta |
 * |---|---|---|---|
 * | track, page, screen | event or page name | properties, as they arrived | EventMeta |
 * | identify | – | traits, as they arrived | EventMeta |
 * | group | group id | traits | EventMeta |
 * | alias | – | – | EventMeta with previousId |
 * | merge | – | MergeBody; the profile is the winner | – |
 * | update | – | UpdateBody | UpdateMeta |
 * | attempted, outcome | – | OutcomeBody | – |
 * | enter | – | EnterBody | – |
 */
export interface Fact {
  workspaceId: string;
  profileId: string;
  /** Becomes the id of the entry on the profile's timeline. */
  id: string;
  /** A number of FACT. */
  kind: number;
  /** A number of CLASS. */
  class: number;
  /** A number of ORIGIN. */
  origin: number;
  /** How many enrollments led to this fact, one through the other; at 10 the chain stops. */
  depth: number;
  /** When it happened, ms since the epoch, corrected for the sender's clock. */
  occurredAt: number;
  /** When it arrived, ms since the epoch. */
  receivedAt: number;
  name: string | null;
  body: string | null;
  meta: string | null;
}

/** A fact as it stands in the inbox. */
export interface QueuedFact extends Fact {
  partition: number;
  seq: number;
  tries: number;
}

export interface EventMeta {
  messageId?: string;
  userId?: string;
  anonymousId?: string;
  previousId?: string;
  /** Why the event's own time was not taken. */
  timeNote?: string;
  context?: unknown;
}

export interface MergeBody {
  /** The profile that becomes an alias of the fact's profile. */
  loser: string;
}

/** A change of attributes by a person, the API or a mapping. `value` missing: the attribute is taken away. */
export interface AttributeChange {
  attribute: string;
  mode: 'set' | 'set_if_empty' | 'add_to_list' | 'sum' | 'remove';
  value?: unknown;
}
export interface UpdateBody {
  changes: AttributeChange[];
}

/** Who asked for a change, by the name that they had then. */
export interface Actor {
  kind: 'person' | 'key';
  /** The member's or the key's bare id. */
  id: string;
  name: string;
}
export interface UpdateMeta {
  by: Actor;
}

/** What became of a delivery (`outcome`), or that its first attempt was made while it goes on (`attempted`). */
export interface OutcomeBody {
  delivery: string;
  enrollment: string | null;
  scenario: string | null;
  webhook: string;
  step: string | null;
  /** When the enrollment moves on: a number of MODE. */
  mode: number;
  /** A number of DELIVERY: an ended state, or retrying for `attempted`. */
  state: number;
  /** Why, when it isn't delivered: a code and a sentence. */
  reason: { code: string; message: string } | null;
  status: number | null;
  /** The attempt whose response later steps see. */
  request: string | null;
  attempt: string | null;
  /** Mapped values, extracted and redacted already. */
  changes: AttributeChange[];
  /** Mapping rules that wrote nothing, and why. */
  refused: { attribute: string; reason: string }[];
  /** The answer stops the whole campaign. */
  stops?: boolean;
}

/** A profile is to enter a campaign. */
export interface EnterBody {
  run: string;
}
