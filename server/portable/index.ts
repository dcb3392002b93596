/** Webhooks, scenarios and policies as one file: out of one installation, into another. */
export { applyImport, Overtaken } from './apply.ts';
export { collect, MOST, TooMany } from './collect.ts';
export { type PortableDocument, portableDocument } from './document.ts';
export { readFile, writeFile } from './file.ts';
export { type Plan, planImport, type Step } from './plan.ts';
export { MAX_DOCUMENT, UnreadableFile } from './unreadable.ts';
