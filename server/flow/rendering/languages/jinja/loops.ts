/** `{% for %}`, and what `loop` tells inside of it. */
import { LanguageError, type Output, type Value } from '../core/index.ts';
import { equals } from './compare.ts';
import type { Frame, Run } from './run.ts';

import { isTrue, iterate } from './types.ts';
import { Callable, Callback, type Given, Range, Tuple, Undefined, View } from './values.ts';

/** How a statement ended. */
export type Signal = 'next' | 'break' | 'continue';
export type Execute = (frame: Frame, out: Output) => Signal;

/** A statement that puts out nothing and goes on. */
export function simply(act: (frame: Frame) => unknown): Execute {
  return (frame) => {
    frame.run.budget.step();
    act(frame);
    return 'next';
  };
}

/** Items of a loop, so that their number and neighbours are known. */
function materialize(value: Value, run: Run): ArrayLike<Value> & Iterable<Value> {
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple || value instanceof View) return value.items;
  const { budget } = run;
  const items: Value[] = [];
  if (value instanceof Range) budget.steps(value.length);
  for (const item of iterate(value, budget)) {
    budget.items(1);
    items.push(item);
  }
  return items;
}

/** The `loop` of one run through a list. */
class Loop extends Callable {
  readonly items: ArrayLike<Value>;
  readonly depth: number;
  readonly #run: Run;
  readonly #again: ((items: Value, depth: number) => Value) | null;
  index = -1;
  override readonly printable = true;
  #before: Value[] | null = null;

  constructor(
    items: ArrayLike<Value>,
    depth: number,
    run: Run,
    again: ((items: Value, depth: number) => Value) | null,
  ) {
    super('loop');
    this.items = items;
    this.depth = depth;
    this.#run = run;
    this.#again = again;
  }

  override get length(): number {
    return this.items.length;
  }

  override toString(): string {
    return `<LoopContext ${this.index + 1}/${this.items.length}>`;
  }

  override get(name: string): Value {
    const { items, index } = this;
    switch (name) {
      case 'index':
        return index + 1;
      case 'index0':
        return index;
      case 'revindex':
        return items.length - index;
      case 'revindex0':
        return items.length - index - 1;
      case 'first':
        return index === 0;
      case 'last':
        return index === items.length - 1;
      case 'length':
        return items.length;
      case 'depth':
        return this.depth + 1;
      case 'depth0':
        return this.depth;
      case 'previtem':
        return index > 0 ? items[index - 1] : new Undefined('There is no item before the first');
      case 'nextitem':
        return index < items.length - 1 ? items[index + 1] : new Undefined('There is no item after the last');
      case 'cycle':
        return new Callback('cycle', ({ args }) => {
          if (args.length === 0) throw new LanguageError('loop.cycle needs values to go through.');
          return args[index % args.length];
        });
      case 'changed':
        return new Callback('changed', ({ args }) => this.#changed(args));
      default:
        return undefined;
    }
  }

  #changed(values: Value[]): boolean {
    const before = this.#before;
    this.#before = values;
    if (before === null || before.length !== values.length) return true;
    return values.some((value, i) => !equals(value, before[i], this.#run.budget));
  }

  /** `loop(items)` in a recursive loop: the same body for the items within. */
  override call({ args }: Given): Value {
    if (this.#again === null)
      throw new LanguageError('Only a recursive loop can be called.', 'Write {% for … recursive %}.');
    if (args.length !== 1) throw new LanguageError('loop() takes the items to go through.');
    return this.#again(args[0], this.depth + 1);
  }
}

/** The parts of a loop. */
export interface LoopParts {
  /** Sets the names of the loop in its frame. */
  assign(frame: Frame, item: Value): void;
  /** Whether an item is gone through; null: all. */
  test: ((frame: Frame) => Value) | null;
  loopSlot: number;
  body: Execute;
  none: Execute | null;
  recursive: boolean;
}

/** Goes through the items of a value. */
export function runLoop(
  parts: LoopParts,
  given: Value,
  frame: Frame,
  out: Output,
  capture: (act: (out: Output) => void) => Value,
  depth = 0,
): Signal {
  const { run } = frame;
  let items = materialize(given, run);
  if (parts.test !== null) {
    const { assign, test } = parts;
    items = Array.from(items).filter((item) => {
      run.budget.step();
      const inner = { run, vars: [], up: frame };
      assign(inner, item);
      return isTrue(test(inner));
    });
  }
  const again = parts.recursive
    ? (more: Value, level: number) => capture((inner) => void runLoop(parts, more, frame, inner, capture, level))
    : null;
  const loop = new Loop(items, depth, run, again);
  let whole = false;
  run.budget.enter();
  for (let i = 0; i < items.length; i++) {
    run.budget.step();
    const inner: Frame = { run, vars: [], up: frame };
    parts.assign(inner, items[i]);
    loop.index = i;
    inner.vars[parts.loopSlot] = loop;
    const signal = parts.body(inner, out);
    if (signal === 'break') break;
    whole ||= signal === 'next';
  }
  run.budget.leave();
  // As Jinja has it: a loop whose body was never gone through to its end counts as one without items.
  return whole || parts.none === null ? 'next' : parts.none(frame, out);
}
