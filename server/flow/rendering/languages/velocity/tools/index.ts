import type { Value } from '../../core/index.ts';
import { dateTool } from './date.ts';
import { escapeTool } from './escape.ts';
import { mathTool } from './math.ts';
import { numberTool } from './number.ts';

const TOOLS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['math', mathTool],
  ['mathTool', mathTool],
  ['number', numberTool],
  ['numberTool', numberTool],
  ['date', dateTool],
  ['dateTool', dateTool],
  ['esc', escapeTool],
  ['escTool', escapeTool],
]);

/** The tool of a name that nothing else has; undefined when there is none. */
export function toolOf(name: string): Value {
  return TOOLS.get(name);
}
