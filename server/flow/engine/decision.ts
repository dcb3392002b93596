import type { AttributeType } from '../../../shared/attribute.ts';
import type { Json } from '../../platform/json.ts';
import type { ProfileState } from '../profiles/index.ts';
import type {
  Count,
  EnrollmentState,
  EntryState,
  NewDelivery,
  NewTimer,
  RunState,
  ScenarioVersion,
} from '../scenarios/index.ts';

/** What a decision may look at: the definitions and what was loaded of one profile. No I/O behind any of it. */
export interface Situation {
  now: number;
  newId: () => string;
  declared: ReadonlyMap<string, AttributeType>;
  identifiers: ReadonlySet<string>;
  /** Active scenarios that start with an event of this name. */
  triggered: (event: string) => readonly ScenarioVersion[];
  scenario: (id: string, version: number) => ScenarioVersion | null;
  scenarioState: (id: string) => string | null;
  /** A run of a campaign; null when it isn't there any more. */
  run: (id: string) => RunState | null;
  laneOf: (webhookId: string) => string | null;
  profile: ProfileState | null;
  enrollment: (id: string) => EnrollmentState | null;
  entry: (scenarioId: string) => EntryState | null;
  /** Properties of the event that started an enrollment. */
  properties: (eventId: string | null) => Record<string, Json> | null;
  /** Bodies of earlier responses, by attempt. */
  responseBody: (attemptId: string) => Json | undefined;
}

/** An entry on a profile's timeline. */
export interface TimelineEntry {
  workspaceId: string;
  id: string;
  profileId: string;
  kind: number;
  origin: number;
  name: string | null;
  body: string | null;
  meta: string | null;
  occurredAt: number;
  receivedAt: number;
}

/** What a fact brought. Nothing is written until the whole turn is. */
export interface Decision {
  profile: ProfileState;
  events: TimelineEntry[];
  enrollments: EnrollmentState[];
  entries: EntryState[];
  deliveries: NewDelivery[];
  timers: NewTimer[];
  counts: Count[];
  declare: { name: string; type: AttributeType }[];
  /** Values of identifier attributes that changed: to be attached to the profile where they are free. */
  attach: { kind: string; value: string }[];
}
