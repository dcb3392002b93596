export type {
  Actor,
  AttributeChange,
  EnterBody,
  EventMeta,
  Fact,
  MergeBody,
  OutcomeBody,
  QueuedFact,
  UpdateBody,
  UpdateMeta,
} from './fact.ts';
export { type FailedFact, listFailedFacts, retryFailedFact } from './failed.ts';
export { FACT_COLUMNS, factArrays, factColumns, putFacts, putFactsOnce } from './put.ts';
