import type { ScenarioDefinition } from '../../../../shared/scenario.ts';
import type { Sql } from '../../../platform/database/index.ts';
import { parseJson } from '../../../platform/json.ts';
import { revisionOf } from '../../../platform/revision.ts';

export type ScenarioState = 'draft' | 'active' | 'paused' | 'archived';

/** Why a scenario was halted: a sentence, when (ms), and the delivery whose response did it. */
export interface Halt {
  message: string;
  at: number;
  delivery: string | null;
}

/** A scenario with its working copy. Times in ms since the epoch. */
export interface Scenario {
  id: string;
  name: string;
  description: string;
  state: ScenarioState;
  /** The version that profiles enter; null before the first publishing. */
  version: number | null;
  draft: ScenarioDefinition;
  /** Why it was stopped by a response, and when (ms); null when it wasn't. It is paused then. */
  halted: Halt | null;
  /** Names what a person edits: name, description and working copy as they are stored. */
  revision: string;
  createdAt: number;
  updatedAt: number;
}

/** One immutable version. Its webhook steps name bare webhook ids. */
export interface ScenarioVersion {
  version: number;
  definition: ScenarioDefinition;
  publishedAt: number;
}

/** What a check finds: where, and a sentence about what to do. `step` null: the scenario itself. */
export interface Problem {
  step: string | null;
  field: string;
  message: string;
}

/** Why a change of a scenario wasn't made. */
export type Refusal =
  | { kind: 'missing'; message: string }
  | { kind: 'conflict'; message: string }
  /** Somebody saved it after the caller read it. */
  | { kind: 'changed'; message: string; name: string }
  | { kind: 'incomplete'; message: string; problems: Problem[] };

/** A value, or the reason why there is none. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const refuse = (refusal: Refusal): { ok: false; refusal: Refusal } => ({ ok: false, refusal });
export const missing = (): { ok: false; refusal: Refusal } =>
  refuse({ kind: 'missing', message: 'There is no such scenario in this workspace.' });

/** The refusal of a change that was made of an older reading; null when it was made of this one, or doesn't say. */
export function staleness(row: ScenarioRow, revision: string | null): { ok: false; refusal: Refusal } | null {
  if (revision === null || toScenario(row).revision === revision) return null;
  return refuse({ kind: 'changed', message: `The scenario "${row.name}" was saved meanwhile.`, name: row.name });
}

export interface ScenarioRow {
  id: string;
  name: string;
  description: string;
  state: ScenarioState;
  version: number | null;
  draft: string;
  halted: string | null;
  created_at: number;
  updated_at: number;
}

export const COLUMNS = 'id, name, description, state, version, draft, halted, created_at, updated_at';

export const selectScenario: Sql = {
  name: 'scenario-get',
  text: `SELECT ${COLUMNS} FROM scenarios WHERE workspace_id = $1 AND id = $2`,
};
/** Locks the row, so that two changes of one scenario follow each other. */
export const lockScenario: Sql = { name: 'scenario-lock', text: `${selectScenario.text} FOR UPDATE` };

/** Reads stored JSON text of a definition; it was checked by its schema before it was stored. */
export function readDefinition(text: string): ScenarioDefinition {
  return parseJson(text) as unknown as ScenarioDefinition;
}

export function toScenario(row: ScenarioRow): Scenario {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    state: row.state,
    version: row.version,
    draft: readDefinition(row.draft),
    halted: row.halted === null ? null : (JSON.parse(row.halted) as Halt),
    revision: revisionOf([row.name, row.description, row.draft]),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
