import type { Place, RunOptions } from '../../language.ts';
import {
  AbortSignal,
  type Budget,
  entry,
  escapeHtml,
  hasEntry,
  isMap,
  jsonText,
  Marked,
  Output,
  type Value,
} from '../core/index.ts';
import type { Node } from './ast.ts';
import { join, print } from './print.ts';

/** Nodes of a snippet, with this indentation; null when there is no such snippet. */
export type Partials = (name: string, indent: string, budget: Budget) => Node[] | null;

/** One run: a stack of what the sections stand on, and the output. */
export class Renderer {
  readonly out: Output;
  /** The tag that runs, for errors. */
  place: (() => Place) | null = null;
  readonly #budget: Budget;
  readonly #options: RunOptions;
  readonly #partials: Partials;
  readonly #stack: Value[];

  /** `stack`: what names are looked up in, the last one first. */
  constructor(stack: Value[], budget: Budget, options: RunOptions, partials: Partials) {
    this.#stack = stack;
    this.#budget = budget;
    this.#options = options;
    this.#partials = partials;
    this.out = new Output(budget, options, (value) => print(value, budget));
  }

  run(nodes: readonly Node[]): void {
    this.#budget.enter();
    for (const node of nodes) {
      this.#budget.step();
      if (node.kind === 'text') this.out.literal(node.piece);
      else {
        this.place = node.place;
        this.#tag(node);
      }
    }
    this.#budget.leave();
  }

  #tag(node: Exclude<Node, { kind: 'text' }>): void {
    switch (node.kind) {
      case 'value':
        this.#value(this.#find(node.path), node.raw, node.place);
        return;
      case 'section':
        this.#section(this.#find(node.path), node.inverted, node.nodes);
        return;
      case 'partial': {
        const nodes = this.#partials(node.name, node.indent, this.#budget);
        if (nodes !== null) this.run(nodes);
        return;
      }
      case 'abort':
        throw new AbortSignal(node.reason);
    }
  }

  #value(value: Value, raw: boolean, place: () => Place): void {
    if (raw) this.out.raw(print(value, this.#budget), place);
    else if (!this.#options.automatic) this.out.raw(escapeHtml(print(value, this.#budget)), place);
    else if (Array.isArray(value)) this.#list(value, place);
    else this.out.value(value, place);
  }

  /** Alone in JSON a list is a list; within text its items stand side by side. */
  #list(items: Value[], place: () => Place): void {
    if (!this.#options.fragments || items.some((item) => item instanceof Marked)) {
      this.out.value(join(items, this.#budget), place);
    } else {
      const json = jsonText(items, this.#budget);
      this.out.fragment(json, print(items, this.#budget), place);
    }
  }

  #section(value: Value, inverted: boolean, nodes: readonly Node[]): void {
    const none = isFalsy(value);
    if (inverted) {
      if (none) this.run(nodes);
    } else if (Array.isArray(value)) {
      for (const item of value) {
        this.#budget.step();
        this.#on(item, nodes);
      }
    } else if (!none) this.#on(value, nodes);
  }

  #on(value: Value, nodes: readonly Node[]): void {
    this.#stack.push(value);
    this.run(nodes);
    this.#stack.pop();
  }

  #find(path: readonly string[]): Value {
    const first = path[0];
    if (first === undefined) return this.#stack.at(-1);
    let value: Value;
    for (let i = this.#stack.length - 1; i >= 0; i--) {
      this.#budget.step();
      const on = this.#stack[i];
      if (!isMap(on) || !hasEntry(on, first)) continue;
      value = entry(on, first);
      break;
    }
    for (let i = 1; i < path.length && value !== undefined; i++) value = member(value, path[i]!);
    return value;
  }
}

/** What stands under a name or number. A single value is like a list of one: `{{email.0}}` is right for both. */
function member(value: Value, name: string): Value {
  if (isMap(value)) return entry(value, name);
  if (Array.isArray(value)) return /^\d{1,9}$/.test(name) ? value[Number(name)] : undefined;
  return name === '0' && value !== null ? value : undefined;
}

function isFalsy(value: Value): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : value instanceof Marked && value.text === '';
}
