import type { Step } from '../../../../shared/scenario.ts';
import type { Json } from '../../../platform/json.ts';
import type { Changed, Declared, ProfileState } from '../../profiles/index.ts';
import type { EnrollmentState, NewDelivery, NewTimer, ScenarioVersion } from '../state.ts';

/** What a step may look at. */
export interface StepView {
  now: number;
  /** A new id; ids are the only chance a decision takes. */
  newId: () => string;
  scenario: ScenarioVersion;
  /** Paused scenarios hold what they queue. */
  paused: boolean;
  /** The enrollment's run is paused: what it queues is held, and so are its waits. */
  runPaused: boolean;
  enrollment: EnrollmentState;
  profile: ProfileState;
  declared: Declared;
  /** Properties of the event that started the enrollment; parsed when a condition looks. */
  properties: () => Record<string, Json> | null;
  /** Earlier responses by step. */
  responses: Record<string, { status: number | null; body: Json | undefined }>;
  laneOf: (webhookId: string) => string | null;
}

/** What a step brought: where to go on, or that the enrollment stays here until a fact or timer moves it. */
export interface StepResult {
  go: { to: string | null; reason?: string } | 'stay';
  outcome?: string;
  delivery?: NewDelivery;
  timer?: NewTimer;
  changed?: Changed;
}

/** Runs one kind of step. Pure. */
export type StepRunner<S extends Step> = (step: S, view: StepView) => StepResult;
