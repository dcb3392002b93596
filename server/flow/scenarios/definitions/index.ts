export { cancelTaken, type Taken } from './cancel.ts';
export { asksAttributesAlone } from './check.ts';
export { checkSaving, checkScenario, publishScenario, resolveDraft } from './publish.ts';
export type {
  Halt,
  Problem,
  Refusal,
  Result,
  Scenario,
  ScenarioState,
  ScenarioVersion as PublishedVersion,
} from './scenario.ts';
export { settleScenarios } from './settle.ts';
export {
  archiveScenario,
  clearScenario,
  haltScenario,
  pauseScenario,
  resumeScenario,
  type StateDependencies,
} from './state.ts';
export { compactCounters, readStatistics, type ScenarioStatistics, type StepStatistics } from './statistics.ts';
export {
  createScenario,
  deleteScenario,
  duplicateScenario,
  eraseScenario,
  getScenario,
  getVersion,
  listScenarios,
  listVersions,
  type NewScenario,
  saveDraft,
} from './store.ts';
export { listScenariosUsing, type ScenarioUse } from './used.ts';
