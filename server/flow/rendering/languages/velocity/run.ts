import type { Piece, RunOptions, Scope } from '../../language.ts';
import { type Budget, entry, hasEntry, isMap, type MapValue, type Value } from '../core/index.ts';
import type { Macro, Node } from './ast.ts';
import type { Loop } from './loop.ts';

/** A name that a template has given a value, with the one before it. */
export interface Before {
  had: boolean;
  value: Value;
}

/** One run of a template: what all its parts share. */
export class Run {
  readonly budget: Budget;
  readonly options: RunOptions;
  readonly macros: Map<string, Macro>;
  /** Parses the text of `#evaluate`, which stands at that offset. */
  readonly parse: (text: string, at: number) => Node[];
  /** What a macro was called with, by parameter, to be printed where that is nothing. */
  readonly literals = new Map<string, Piece>();
  /** The loop that runs. */
  loop: Loop | null = null;
  /** Where the run is, for errors. */
  at = 0;
  readonly #vars = new Map<string, Value>();
  readonly #contexts: readonly MapValue[];
  readonly #tool: (name: string) => Value;

  constructor(
    scope: Scope,
    budget: Budget,
    options: RunOptions,
    macros: Map<string, Macro>,
    parse: (text: string, at: number) => Node[],
    tool: (name: string) => Value,
  ) {
    this.#contexts = contextsOf(scope);
    this.budget = budget;
    this.options = options;
    this.macros = macros;
    this.parse = parse;
    this.#tool = tool;
  }

  /** The value of a name: what the template has set, the context's, or a tool. */
  get(name: string): Value {
    const own = this.#vars.get(name);
    if (own !== undefined) return own;
    for (const context of this.#contexts) if (hasEntry(context, name)) return entry(context, name);
    return this.#known(name);
  }

  set(name: string, value: Value): void {
    this.budget.entries(1);
    // Null stands for nothing, also where the context has something.
    this.#vars.set(name, value ?? null);
  }

  before(name: string): Before {
    return { had: this.#vars.has(name), value: this.#vars.get(name) };
  }

  restore(name: string, { had, value }: Before): void {
    if (had) this.#vars.set(name, value);
    else this.#vars.delete(name);
  }

  #known(name: string): Value {
    const { loop } = this;
    if (loop !== null) {
      if (name === 'foreach') return loop;
      // Names of Velocity 1.
      if (name === 'velocityCount') return loop.get('count');
      if (name === 'velocityHasNext') return loop.get('hasNext');
    }
    return this.#tool(name);
  }
}

/** What names are looked up in, in order: the event, the profile, and everything by its own name. */
function contextsOf(scope: Scope): MapValue[] {
  const { customer, event, responses } = scope;
  if (!isMap(customer)) return [scope];
  const named: MapValue = isMap(responses) ? { data: responses } : {};
  return [...(isMap(event) ? [event] : []), customer, scope, named];
}
