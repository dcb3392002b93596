import type { RunOptions, Scope } from '../../language.ts';
import type { Budget, MapValue, Source, Value } from '../core/index.ts';
import type { Parameters } from './arguments.ts';
import type { Given } from './values.ts';

/** One run of a template: what all its parts share. */
export interface Run {
  readonly budget: Budget;
  readonly options: RunOptions;
  readonly source: Source;
  /** The context, by name. */
  readonly scope: Scope;
  /** What a step filled in, by name; null when there is nothing. */
  readonly parameters: MapValue | null;
  /** The frame of the template itself. */
  readonly root: Frame | null;
  /** Where in the source the run is, for errors. */
  at: number;
  /** Within `{% autoescape true %}`. */
  autoescape: boolean;
  /** `webhook`, `customers`, and what else the vendor adds to the names of the context. */
  global(name: string): Value;
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Filter>;
  /** A method or attribute that the type of a value has; undefined when it has none of that name. */
  method(of: Value, name: string): Value;
  /** Blocks by name, for `self`. */
  readonly blocks: ReadonlyMap<string, (run: Run) => Value>;
}

/** The values of one scope, by slot; `undefined` where nothing was set yet. */
export interface Frame {
  readonly run: Run;
  readonly vars: Value[];
  readonly up: Frame | null;
}

/** A filter or test: its parameters after the value, and what it does. `null`: it takes its arguments as they are. */
export interface Filter {
  parameters: Parameters | null;
  run: (value: Value, args: Value[], run: Run, given: Given) => Value;
}
