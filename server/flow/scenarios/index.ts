export { nextTimes, wrongCalendar } from './calendar.ts';
export * from './definitions/index.ts';
export { enter, MAX_DEPTH, mayEnter } from './enter.ts';
export * from './runs/index.ts';
export type { Count, EnrollmentState, EntryState, NewDelivery, NewTimer, RunState, ScenarioVersion } from './state.ts';
export type { StepView } from './steps/index.ts';
export { type EnrollmentView, getEnrollment, listEnrolled, listEnrollments } from './trail.ts';
export { type Walked, walk } from './walk.ts';
