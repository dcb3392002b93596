/** Reading what came back: values of a response by JSONPath. Runs in a renderer process, since bodies are strangers'. */
export { type EntriesJob, type EntriesResult, type Entry, extractEntries } from './entries.ts';
export { extract, type MapJob, type MapResult } from './extract.ts';
export { pathError, query } from './jsonpath.ts';
