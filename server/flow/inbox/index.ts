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
export { putFacts, putFactsOnce } from './put.ts';
