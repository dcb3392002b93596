import type { Value } from '../../core/index.ts';
import type { Run } from '../run.ts';

/** What a filter makes of a value and its arguments; arguments with names come as one Map, the last. */
export type Act = (value: Value, args: readonly Value[], run: Run) => Value;

/** A filter and how many arguments it takes. */
export interface Filter {
  least: number;
  most: number;
  act: Act;
}

export type Named = [string, Filter];

/** An entry of the table of filters, which takes from `least` to `most` arguments. */
export function filter(name: string, least: number, most: number, act: Act): Named {
  return [name, { least, most, act }];
}
