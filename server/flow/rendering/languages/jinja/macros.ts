/** Macros and the callers of call blocks. */
import { LanguageError, type Output, type Text, type Value } from '../core/index.ts';
import type { Execute } from './loops.ts';
import type { Frame } from './run.ts';
import type { Evaluate } from './scope.ts';
import { asMarkup, Callable, type Given, Tuple, Undefined } from './values.ts';

/** What a macro is made of, once for a template. */
export interface MacroParts {
  name: string;
  names: string[];
  /** Slots of the parameters, and their defaults; null where there is none. */
  slots: number[];
  defaults: (Evaluate | null)[];
  /** Slots of what the macro uses beside its parameters; null when it doesn't. */
  caller: number | null;
  varargs: number | null;
  kwargs: number | null;
  body: Execute;
}

/** A macro, defined in a frame whose names it sees. */
export class Macro extends Callable {
  readonly #parts: MacroParts;
  readonly #home: Frame;
  /** Whether it was defined within `{% autoescape true %}`: its body is, wherever it is called. */
  readonly #escapes: boolean;
  readonly #capture: (frame: Frame, act: (out: Output) => void) => Text;

  constructor(parts: MacroParts, home: Frame, capture: (frame: Frame, act: (out: Output) => void) => Text) {
    super(parts.name);
    this.#parts = parts;
    this.#home = home;
    this.#escapes = home.run.autoescape;
    this.#capture = capture;
  }

  override get(name: string): Value {
    if (name === 'name') return this.#parts.name;
    if (name === 'arguments') return new Tuple(this.#parts.names);
    if (name === 'catch_kwargs') return this.#parts.kwargs !== null;
    if (name === 'catch_varargs') return this.#parts.varargs !== null;
    return name === 'caller' ? this.#parts.caller !== null : undefined;
  }

  override call(given: Given): Value {
    const { run } = this.#home;
    run.budget.step();
    const frame: Frame = { run, vars: [], up: this.#home };
    this.#bind(given, frame);
    const escapes = run.autoescape;
    run.budget.enter();
    run.autoescape = this.#escapes;
    const text = this.#capture(frame, (out) => void this.#parts.body(frame, out));
    run.autoescape = escapes;
    run.budget.leave();
    return escapes ? asMarkup(text) : text;
  }

  #bind({ args, kwargs }: Given, frame: Frame): void {
    const { name, names, slots, defaults, caller, varargs, kwargs: named } = this.#parts;
    const left = new Map(kwargs);
    names.forEach((parameter, i) => {
      if (i < args.length) {
        if (left.has(parameter)) throw new LanguageError(`The macro ${name} was given ${parameter} twice.`);
        frame.vars[slots[i]!] = args[i];
      } else if (left.has(parameter)) {
        frame.vars[slots[i]!] = left.get(parameter);
        left.delete(parameter);
      } else {
        frame.vars[slots[i]!] = new Undefined(`The argument ${parameter} was not given`);
      }
    });
    if (caller !== null && !names.includes('caller')) {
      frame.vars[caller] =
        left.get('caller') ?? new Undefined('There is no caller: the macro was not called by a call block');
      left.delete('caller');
    }
    if (named !== null) frame.vars[named] = new Map(left);
    else if (left.size > 0) {
      const [first] = left.keys();
      const hint = first === 'caller' ? 'Use caller() in the macro, or call it without a call block.' : null;
      throw new LanguageError(`The macro ${name} has no argument ${first}.`, hint);
    }
    if (varargs !== null) frame.vars[varargs] = new Tuple(args.slice(names.length));
    else if (args.length > names.length) {
      throw new LanguageError(`The macro ${name} takes at most ${names.length} arguments, not ${args.length}.`);
    }
    names.forEach((parameter, i) => {
      const otherwise = defaults[i];
      if (otherwise && i >= args.length && !kwargs.has(parameter)) frame.vars[slots[i]!] = otherwise(frame);
    });
  }
}
