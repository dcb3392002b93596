import type { RunOptions, Scope } from '../../language.ts';
import type { Budget, Output, Source, Text, Value } from '../core/index.ts';

/** How a block ended: it ran through, or a `break` or `continue` stands in it. */
export type Signal = 'next' | 'break' | 'continue';
export type Execute = (run: Run, out: Output) => Signal;
export type Evaluate = (run: Run) => Value;

/** A template that another one may show. */
export interface Partial {
  source: Source;
  execute: Execute;
}

/** What the tags of one run remember of each other. */
export interface Memory {
  cycles: Map<string, number>;
  /** Where a `for` over the same list stopped, for `offset: continue`. */
  offsets: Map<string, number>;
  /** What `ifchanged` put out last. */
  changed: Text | null;
}

/** One run of a template. */
export interface Run {
  readonly budget: Budget;
  readonly options: RunOptions;
  /** The context's own names. */
  readonly environment: Scope;
  /** What the template has assigned: the template's own names first, those of blocks after them. */
  scopes: Map<string, Value>[];
  /** Counters of `increment` and `decrement`, which hide names of the context. */
  counters: Map<string, number>;
  memory: Memory;
  /** The loops around what runs, the innermost last. */
  loops: Value[];
  /** The template whose part runs, and where in it: for the place of an error. */
  source: Source;
  at: number;
  /** Within `render`, where `include` isn't allowed. */
  isolated: boolean;
  /** The snippet of a name, parsed once. Throws LanguageError when there is none. */
  partial(name: string): Partial;
}

/** A value under a name: assigned, counted, or the context's. */
export function find(run: Run, name: string): Value {
  const { scopes } = run;
  for (let i = scopes.length - 1; i >= 0; i--) {
    const scope = scopes[i]!;
    if (scope.size > 0 && scope.has(name)) return scope.get(name);
  }
  if (run.counters.size > 0 && run.counters.has(name)) return run.counters.get(name);
  return Object.hasOwn(run.environment, name) ? run.environment[name] : undefined;
}

/** A name of the whole template, from within any block. */
export function assign(run: Run, name: string, value: Value): void {
  run.budget.entries(1);
  run.scopes[0]!.set(name, value);
}

/** Acts with a scope of its own for a block. */
export function within(run: Run, act: (scope: Map<string, Value>) => Signal): Signal {
  const scope = new Map<string, Value>();
  run.scopes.push(scope);
  run.budget.enter();
  try {
    return act(scope);
  } finally {
    run.budget.leave();
    run.scopes.pop();
  }
}
