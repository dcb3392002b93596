export { numeric } from './compare.ts';
export { type ConditionView, evaluate, MAX_CONDITION_DEPTH } from './condition.ts';
