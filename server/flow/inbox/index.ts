export type {
  AttributeChange,
  EnterBody,
  EventMeta,
  Fact,
  MergeBody,
  OutcomeBody,
  QueuedFact,
  UpdateBody,
} from './fact.ts';
export { type FailedFact, listFailedFacts, retryFailedFact } from './failed.ts';
export { putFacts } from './put.ts';
