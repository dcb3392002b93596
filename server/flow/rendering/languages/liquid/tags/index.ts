import type { ParseTag } from '../parser.ts';
import { parseAssign, parseCapture } from './assign.ts';
import { parseCase } from './case.ts';
import { parseDecrement, parseIncrement } from './counters.ts';
import { parseCycle } from './cycle.ts';
import { parseAbort, parseEcho } from './echo.ts';
import { parseBreak, parseContinue, parseFor } from './for.ts';
import { parseIf, parseIfChanged, parseUnless } from './if.ts';
import { parseInclude, parseRender } from './partials.ts';
import { parseTableRow } from './tablerow.ts';
import { parseComment, parseDoc, parseInlineComment, parseRaw } from './verbatim.ts';

/** All tags but liquid, which is the parser's own. */
export const tags: ReadonlyMap<string, ParseTag> = new Map([
  ['assign', parseAssign],
  ['capture', parseCapture],
  ['increment', parseIncrement],
  ['decrement', parseDecrement],
  ['echo', parseEcho],
  ['if', parseIf],
  ['unless', parseUnless],
  ['ifchanged', parseIfChanged],
  ['case', parseCase],
  ['for', parseFor],
  ['break', parseBreak],
  ['continue', parseContinue],
  ['tablerow', parseTableRow],
  ['cycle', parseCycle],
  ['raw', parseRaw],
  ['comment', parseComment],
  ['doc', parseDoc],
  ['#', parseInlineComment],
  ['render', parseRender],
  ['include', parseInclude],
  ['abort', parseAbort],
]);
