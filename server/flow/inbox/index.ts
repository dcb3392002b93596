export type { AttributeChange, EventMeta, Fact, MergeBody, OutcomeBody, QueuedFact, UpdateBody } from './fact.ts';
export { putFacts } from './put.ts';
