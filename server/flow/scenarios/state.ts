import type { ScenarioDefinition } from '../../../shared/scenario.ts';

/** A published version of a scenario, ready to run. */
export interface ScenarioVersion {
  workspaceId: string;
  id: string;
  name: string;
  version: number;
  definition: ScenarioDefinition;
  steps: ReadonlyMap<string, ScenarioDefinition['steps'][number]>;
}

/** One step that an enrollment has reached. */
export interface TrailEntry {
  step: string;
  at: number;
  outcome?: string;
  delivery?: string;
}

/** What an enrollment remembers of a response, for later steps. */
export interface ResponseRef {
  delivery: string;
  request: string | null;
  attempt: string | null;
  status: number | null;
}

/** An enrollment as a turn works with it. Never changed in place. */
export interface EnrollmentState {
  workspaceId: string;
  id: string;
  profileId: string;
  scenarioId: string;
  version: number;
  state: number;
  step: string | null;
  eventId: string | null;
  depth: number;
  class: number;
  data: { trail: TrailEntry[]; responses: Record<string, ResponseRef> };
  startedAt: number;
  endedAt: number | null;
  reason: string | null;
  /** The run of a campaign that let the profile in; null when something else did. */
  runId: string | null;
  isNew: boolean;
}

/** What is remembered of a profile in a scenario for as long as the profile lives: re-entry and unique counts. */
export interface EntryState {
  workspaceId: string;
  profileId: string;
  scenarioId: string;
  entered: number;
  open: number;
  lastEnteredAt: number;
  reached: string[];
  /** The last run of a campaign that let the profile in: no run does so twice. */
  lastRunId: string | null;
}

/** A delivery to be queued. */
export interface NewDelivery {
  workspaceId: string;
  id: string;
  profileId: string;
  laneId: string;
  webhookId: string;
  scenarioId: string;
  scenarioVersion: number;
  step: string;
  enrollmentId: string;
  eventId: string | null;
  class: number;
  mode: number;
  depth: number;
  queuedAt: number;
  runId: string | null;
  held: boolean;
}

/** A timer to be set. */
export interface NewTimer {
  workspaceId: string;
  id: string;
  profileId: string;
  scenarioId: string;
  enrollmentId: string;
  step: string;
  dueAt: number;
  runId: string | null;
  held: boolean;
}

/** One count to be added to a scenario's statistics; step '' is the scenario itself. */
export interface Count {
  workspaceId: string;
  scenarioId: string;
  step: string;
  name: string;
  delta: number;
}

/** A run of a campaign as a turn sees it. */
export interface RunState {
  id: string;
  scenarioId: string;
  version: number;
  state: 'waiting' | 'queuing' | 'paused' | 'done' | 'stopped';
}
