/** Values of expressions and references. */
import { entry, isMap, LanguageError, marked, type Text, Tool, type Value } from '../core/index.ts';
import type { Expr, Node, Ref, Step } from './ast.ts';
import { keyOf } from './key.ts';
import { callMethod, propertyOf } from './methods/index.ts';
import { isTrue, operate } from './operators.ts';
import { textOf } from './print.ts';
import type { Run } from './run.ts';

/** What renders nodes into one text; handed in, since rendering needs values. */
export type Capture = (nodes: readonly Node[], run: Run) => Text;

const COMPARING: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
/** Most numbers of a range. */
const MOST_ITEMS = 1_000_000;

/** The value of an expression; null and undefined both mean that there is none. */
export class Evaluator {
  readonly #capture: Capture;

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  value(expr: Expr, run: Run): Value {
    switch (expr.kind) {
      case 'ref':
        return this.reference(expr, run);
      case 'value':
        return expr.value;
      case 'string':
        return run.options.automatic ? marked(expr.text, 'everywhere') : expr.text;
      case 'template':
        return this.#capture(expr.nodes, run);
      case 'list':
        run.budget.items(expr.items.length);
        return expr.items.map((item) => this.value(item, run) ?? null);
      case 'map':
        return this.#map(expr.entries, run);
      case 'range':
        return this.#range(this.value(expr.from, run), this.value(expr.to, run), run);
      case 'not':
        return !this.holds(expr.of, run);
      case 'binary':
        return this.#binary(expr, run);
    }
  }

  /** Whether a condition holds. Arithmetic and ranges never do, in any version of Velocity. */
  holds(expr: Expr, run: Run): boolean {
    if (expr.kind === 'range') return false;
    if (expr.kind === 'binary') {
      if (expr.operator === '&&') return this.holds(expr.left, run) && this.holds(expr.right, run);
      if (expr.operator === '||') return this.holds(expr.left, run) || this.holds(expr.right, run);
      if ('+-*/%'.includes(expr.operator)) return false;
    }
    return isTrue(this.value(expr, run));
  }

  /** The value of a reference. A path ends where there is nothing. */
  reference(ref: Ref, run: Run): Value {
    let value = run.get(ref.name);
    for (const step of ref.steps) {
      if (value === null || value === undefined) break;
      run.budget.step();
      run.at = ref.at;
      value = this.#step(value, step, run);
    }
    if (ref.alternate !== null && !isTrue(value)) return this.value(ref.alternate, run);
    return value;
  }

  #step(value: Value, step: Step, run: Run): Value {
    switch (step.kind) {
      case 'property':
        return propertyOf(value, step.name, run);
      case 'method':
        return callMethod(
          value,
          step.name,
          step.args.map((arg) => this.value(arg, run)),
          run,
        );
      case 'index':
        return indexOf(value, this.value(step.value, run), run);
    }
  }

  #map(entries: readonly [Expr, Expr][], run: Run): Value {
    const map = new Map<unknown, Value>();
    run.budget.entries(entries.length);
    for (const [key, item] of entries) map.set(keyOf(this.value(key, run), run), this.value(item, run) ?? null);
    return map;
  }

  #range(from: Value, to: Value, run: Run): Value {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return null;
    const [a, b] = [from as number, to as number];
    const count = Math.abs(b - a) + 1;
    if (count > MOST_ITEMS) throw new LanguageError(`This range has more than ${MOST_ITEMS} numbers.`);
    run.budget.items(count);
    return Array.from({ length: count }, (_, i) => (a <= b ? a + i : a - i));
  }

  #binary({ operator, left, right }: Extract<Expr, { kind: 'binary' }>, run: Run): Value {
    run.budget.step();
    if (operator === '&&') return this.holds(left, run) && this.holds(right, run);
    if (operator === '||') return this.holds(left, run) || this.holds(right, run);
    const a = this.value(left, run);
    const b = this.value(right, run);
    if (COMPARING.has(operator)) return operate(operator, a, b, run.budget);
    // A text to which nothing is added shows what was meant.
    if (operator === '+') return operate(operator, a ?? literalOf(left, run), b ?? literalOf(right, run), run.budget);
    return a === null || a === undefined || b === null || b === undefined ? null : operate(operator, a, b, run.budget);
  }
}

function literalOf(expr: Expr, run: Run): Value {
  if (expr.kind !== 'ref') return null;
  const text = expr.literal.value as string;
  return new Missing(run.options.automatic ? marked(text, 'everywhere') : text);
}

/** A reference to nothing as an operand of `+`: added to a text it is what the author wrote. */
class Missing extends Tool {
  readonly text: Text;
  constructor(text: Text) {
    super();
    this.text = text;
  }
  toString(): string {
    return String(this.text);
  }
}

/** `$list[1]`, from the end when negative; `$map['key']`. */
function indexOf(value: Value, index: Value, run: Run): Value {
  if (index === null || index === undefined) return null;
  if (isMap(value)) return entry(value, value instanceof Map ? keyOf(index, run) : textOf(index, run.budget));
  if (!Array.isArray(value) || !Number.isSafeInteger(index)) return null;
  const at = (index as number) < 0 ? value.length + (index as number) : (index as number);
  if (at >= 0 && at < value.length) return value[at];
  throw new LanguageError(`The list has ${value.length} items; there is none at ${index}.`);
}
