export { loadSample, removeSample, type SampleState, sampleState, TooManyInspectors } from './sample.ts';
