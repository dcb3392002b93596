/** Statements → closures, made once for a template. */
import { literalPiece, type Output, type Source, type Value } from '../core/index.ts';
import type { Expr, Signature, Statement } from './ast.ts';
import { bitsOf, hasParameter, parameter } from './bloomreach/parameters.ts';
import { compileAbort, compileOutput } from './bloomreach/statements.ts';
import { call, compileArgs } from './call.ts';
import { compileExpression, type Place } from './compile-expression.ts';
import { LexError } from './lexer.ts';
import { type Execute, runLoop, simply } from './loops.ts';
import { Macro, type MacroParts } from './macros.ts';
import { capture, mustBeText, print, type Where } from './printing.ts';
import type { Frame, Run } from './run.ts';
import { declaredIn, type Evaluate, Scope, targetNames, within } from './scope.ts';
import { compileTarget } from './targets.ts';
import { isTrue } from './types.ts';
import { asMarkup } from './values.ts';

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;
interface MacroNode {
  signature: Signature;
  body: Statement[];
  at: number;
}

export type Blocks = Map<string, (run: Run) => Value>;

/** Compiles the statements of one template. */
export class Compiler {
  readonly #source: Source;
  readonly blocks: Blocks = new Map();

  constructor(source: Source) {
    this.#source = source;
  }

  /** Statements one after another, up to one that ends the loop around them. Throws LexError. */
  body(statements: Statement[], place: Place): Execute {
    const all = statements.map((statement) => this.#statement(statement, place));
    if (all.length === 1) return all[0]!;
    return (frame, out) => {
      for (const execute of all) {
        const signal = execute(frame, out);
        if (signal !== 'next') return signal;
      }
      return 'next';
    };
  }

  #statement(node: Statement, place: Place): Execute {
    switch (node.kind) {
      case 'data':
        return this.#data(node);
      case 'print':
        return this.#print(node, place);
      case 'if':
        return this.#if(node, place);
      case 'for':
        return this.#for(node, place);
      case 'set': {
        const value = compileExpression(node.value, place);
        const assign = compileTarget(node.target, place.scope);
        return simply((frame) => assign(frame, value(frame)));
      }
      case 'setBlock':
        return this.#setBlock(node, place);
      case 'with':
        return this.#with(node, place);
      case 'macro': {
        const macro = this.#macro(node.name, node, place);
        const slot = place.scope.declare(node.name);
        return simply((frame) => {
          frame.vars[slot] = macro(frame);
        });
      }
      case 'callBlock':
        return this.#callBlock(node, place);
      case 'filterBlock': {
        const inner = this.#captured(node.body, node.filter, place);
        const where = this.#at(node.at);
        return (frame, out) => inner(frame, (value) => print(mustBeText(value), out, frame.run, where));
      }
      case 'autoescape':
        return this.#autoescape(node, place);
      case 'block':
        return this.#block(node, place);
      case 'do': {
        const value = compileExpression(node.value, place);
        return simply(value);
      }
      case 'break':
      case 'continue':
        if (!place.scope.inLoop) throw new LexError(`${node.kind} stands outside of a loop.`, node.at);
        return () => node.kind;
      case 'abort':
        return compileAbort(node, place);
      default:
        return compileOutput(node, place, this.#at(node.at));
    }
  }

  #at(offset: number): Where {
    return () => this.#source.place(offset);
  }

  /** The author's text; parameters in it are data. */
  #data({ text, at }: Of<'data'>): Execute {
    const bits = hasParameter(text) ? bitsOf(text) : [{ text, name: null, offset: 0 }];
    const parts = bits.map(({ text: part, name, offset }) => {
      const where = this.#at(at + offset);
      return { piece: literalPiece(part, where), name, where };
    });
    return (frame, out) => {
      frame.run.budget.step();
      for (const { piece, name, where } of parts) {
        const value = name === null ? undefined : parameter(name, frame.run);
        if (value === undefined) out.literal(piece);
        else print(value, out, frame.run, where);
      }
      return 'next';
    };
  }

  #print({ value, at }: Of<'print'>, place: Place): Execute {
    const get = compileExpression(value, place);
    const where = this.#at(at);
    return (frame, out) => {
      const { run } = frame;
      run.budget.step();
      const made = get(frame);
      run.at = at;
      print(made, out, run, where);
      return 'next';
    };
  }

  #if({ branches, none }: Of<'if'>, place: Place): Execute {
    const soft = { ...place, soft: true };
    const all = branches.map(({ test, body }): [Evaluate, Execute] => [
      compileExpression(test, soft),
      this.body(body, soft),
    ]);
    const otherwise = this.body(none, soft);
    return (frame, out) => {
      frame.run.budget.step();
      for (const [test, body] of all) if (isTrue(test(frame))) return body(frame, out);
      return otherwise(frame, out);
    };
  }

  #for(node: Of<'for'>, place: Place): Execute {
    const { target, at } = node;
    const names = targetNames(target);
    if (names.includes('loop')) throw new LexError("The name loop is the loop's own.", target.at);
    const of = compileExpression(node.of, place);
    const scope = new Scope(place.scope, true, [...names, 'loop', ...declaredIn(node.body)]);
    const inner: Place = { scope, soft: false };
    // The test sees the item, and not yet the loop.
    const before: Place = { scope: new Scope(place.scope, false, names), soft: false };
    const otherwise: Place = { scope: new Scope(place.scope, place.scope.inLoop, declaredIn(node.none)), soft: false };
    const none = node.none.length === 0 ? null : this.body(node.none, otherwise);
    const parts = {
      assign: compileTarget(target, inner.scope),
      test: node.test === null ? null : compileExpression(node.test, before),
      loopSlot: scope.slot('loop')!,
      body: this.body(node.body, inner),
      none: none && ((frame: Frame, out: Output) => none(within(frame), out)),
      recursive: node.recursive,
    };
    return (frame, out) => {
      const items = of(frame);
      frame.run.at = at;
      return runLoop(parts, items, frame, out, (act) => capture(frame, act));
    };
  }

  /** A block that is captured, in a scope of its own, and goes through a filter, if there is one. */
  #captured(
    body: Statement[],
    filter: Expr | null,
    place: Place,
  ): (frame: Frame, use: (value: Value) => void) => ReturnType<Execute> {
    const scope = new Scope(place.scope, place.scope.inLoop, [' input', ...declaredIn(body)]);
    const run = this.body(body, { scope, soft: false });
    const slot = scope.slot(' input')!;
    const input: Evaluate = (frame) => frame.vars[slot];
    const change = filter === null ? input : compileExpression(filter, { scope, soft: place.soft, input });
    return (frame, use) => {
      const inner = within(frame);
      let signal: ReturnType<Execute> = 'next';
      const text = capture(inner, (out) => {
        signal = run(inner, out);
      });
      if (signal !== 'next') return signal;
      inner.vars[slot] = frame.run.autoescape ? asMarkup(text) : text;
      use(change(inner));
      return 'next';
    };
  }

  #setBlock(node: Of<'setBlock'>, place: Place): Execute {
    const assign = compileTarget(node.target, place.scope);
    const inner = this.#captured(node.body, node.filter, place);
    return (frame) => inner(frame, (value) => assign(frame, value));
  }

  #with({ targets, body }: Of<'with'>, place: Place): Execute {
    const names = targets.flatMap(([target]) => targetNames(target));
    const scope = new Scope(place.scope, place.scope.inLoop, [...names, ...declaredIn(body)]);
    const inner: Place = { scope, soft: false };
    const all = targets.map(([target, value]) => ({
      assign: compileTarget(target, inner.scope),
      value: compileExpression(value, place),
    }));
    const run = this.body(body, inner);
    return (frame, out) => {
      const own = within(frame);
      const values = all.map(({ value }) => value(frame));
      all.forEach(({ assign }, i) => void assign(own, values[i]));
      return run(own, out);
    };
  }

  #macro(name: string, { signature, body, at }: MacroNode, place: Place): (frame: Frame) => Macro {
    const { names, defaults } = signature;
    const scope = new Scope(place.scope, false, [...names, ...declaredIn(body)]);
    const special = ['caller', 'varargs', 'kwargs'].filter((one) => !names.includes(one));
    for (const one of special) scope.declare(one);
    const inner: Place = { scope, soft: false };
    const first = names.length - defaults.length;
    if (names.indexOf('caller') !== -1 && names.indexOf('caller') < first) {
      throw new LexError(`The argument caller of ${name} needs a default.`, at);
    }
    const compiled = this.body(body, inner);
    const otherwise = names.map((_, i) => (i < first ? null : compileExpression(defaults[i - first]!, inner)));
    const slotOf = (one: string) => (special.includes(one) && scope.used.has(one) ? scope.slot(one)! : null);
    const parts: MacroParts = {
      name,
      names,
      slots: names.map((one) => scope.slot(one)!),
      defaults: otherwise,
      caller: names.includes('caller') ? scope.slot('caller')! : slotOf('caller'),
      varargs: slotOf('varargs'),
      kwargs: slotOf('kwargs'),
      body: compiled,
    };
    return (frame) => new Macro(parts, frame, capture);
  }

  #callBlock({ signature, call: node, body, at }: Of<'callBlock'>, place: Place): Execute {
    const caller = this.#macro('caller', { signature, body, at }, place);
    const of = compileExpression(node.of, place);
    const args = compileArgs(node, (inner) => compileExpression(inner, place));
    const where = this.#at(at);
    return (frame, out) => {
      const value = of(frame);
      const { args: values, kwargs } = args(frame);
      frame.run.at = at;
      const given = { args: values, kwargs: new Map(kwargs).set('caller', caller(frame)) };
      print(call(value, given), out, frame.run, where);
      return 'next';
    };
  }

  #autoescape({ value, body }: Of<'autoescape'>, place: Place): Execute {
    const get = compileExpression(value, place);
    const scope = new Scope(place.scope, place.scope.inLoop, declaredIn(body));
    const run = this.body(body, { scope, soft: false });
    return (frame, out) => {
      const before = frame.run.autoescape;
      frame.run.autoescape = isTrue(get(frame));
      const signal = run(within(frame), out);
      frame.run.autoescape = before;
      return signal;
    };
  }

  /** A block stands where it is written, sees the template's own names, and can be shown again by `self`. */
  #block({ name, scoped, body, at }: Of<'block'>, place: Place): Execute {
    if (this.blocks.has(name)) throw new LexError(`There are two blocks ${name}.`, at);
    const outer = scoped ? place.scope : place.scope.root;
    const scope = new Scope(outer, false, declaredIn(body));
    this.blocks.set(name, () => null);
    const run = this.body(body, { scope, soft: false });
    this.blocks.set(name, (of) => {
      of.budget.enter();
      const text = capture(
        { run: of, vars: [], up: of.root },
        (out) => void run({ run: of, vars: [], up: of.root }, out),
      );
      of.budget.leave();
      return text;
    });
    return (frame, out) => {
      run(within(scoped ? frame : frame.run.root!), out);
      return 'next';
    };
  }
}
