export { pauseRun, type RunDependencies, resumeRun, startRun, stopRun } from './control.ts';
export { startRuns } from './loop.ts';
export { countRuns, getRun, listRuns, nextByCalendar, type Run, type RunCounts } from './run.ts';
