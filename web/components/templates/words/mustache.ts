import { words } from './word.ts';

export const mustacheSigns = words(`
# list}}…{{/list — What stands within, for each item, or when it is there
^ list}}…{{/list — What stands within, when it is missing or empty
/ list — The end of a section
> snippet — A snippet
& name — As it is, without escaping
! — A comment
% abort reason — Nothing is sent, and it counts as skipped`);
