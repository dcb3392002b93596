/** Expressions → closures, made once for a template. */
import { beside, concat, entry, LanguageError, Marked, marked, type Text, type Value } from '../core/index.ts';
import { attribute, item, Slice } from './access.ts';
import { calculate, negate, positive } from './arithmetic.ts';
import type { CompareOperator, Expr } from './ast.ts';
import { hasParameter, parameterOf, substitute } from './bloomreach/parameters.ts';
import { type Compile, call, compileArgs } from './call.ts';
import { contains, equals, order } from './compare.ts';
import { apply } from './filters/filter.ts';
import { filters } from './filters/index.ts';
import { LexError } from './lexer.ts';
import { toText } from './print.ts';
import type { Filter, Frame, Run } from './run.ts';
import type { Evaluate, Scope } from './scope.ts';
import { tests } from './tests.ts';
import { asKey, isTrue } from './types.ts';
import { asMarkup, escapeMarkup, Markup, Tuple, Undefined } from './values.ts';

type Of<Kind extends Expr['kind']> = Extract<Expr, { kind: Kind }>;

/** Where an expression is compiled. */
export interface Place {
  scope: Scope;
  /** Within a condition: a filter that doesn't exist matters only when it is reached. */
  soft: boolean;
  /** What a filter without a value of its own is applied to. */
  input?: Evaluate;
}

/** The expression as a closure. Throws LexError for names of filters and tests that don't exist. */
export function compileExpression(node: Expr, place: Place): Evaluate {
  const compile: Compile = (inner) => compileExpression(inner, place);
  const { at } = node;
  switch (node.kind) {
    case 'text':
      return text(node.value);
    case 'number':
    case 'constant':
      return constant(node.value);
    case 'name':
      return place.scope.reader(node.name);
    case 'attribute': {
      const of = compile(node.of);
      const { name } = node;
      return (frame) => {
        const value = of(frame);
        frame.run.at = at;
        return attribute(value, name, frame.run);
      };
    }
    case 'item': {
      const of = compile(node.of);
      const key = compile(node.key);
      return (frame) => {
        const value = of(frame);
        const name = key(frame);
        frame.run.at = at;
        return item(value, name, frame.run);
      };
    }
    case 'slice': {
      const [start, stop, step] = [node.start, node.stop, node.step].map((end) =>
        end === null ? constant(null) : compile(end),
      );
      return (frame) => new Slice(start!(frame), stop!(frame), step!(frame));
    }
    case 'call': {
      const of = compile(node.of);
      const args = compileArgs(node, compile);
      return (frame) => {
        const value = of(frame);
        const given = args(frame);
        frame.run.at = at;
        return call(value, given);
      };
    }
    case 'filter':
    case 'test':
      return compileApplied(node, place, compile);
    case 'not': {
      const of = compile(node.of);
      return (frame) => !isTrue(of(frame));
    }
    case 'negative':
    case 'positive': {
      const of = compile(node.of);
      const change = node.kind === 'negative' ? negate : positive;
      return (frame) => {
        const value = of(frame);
        frame.run.at = at;
        return change(value);
      };
    }
    case 'and':
    case 'or':
      return compileLogic(node, compile);
    case 'binary': {
      const { operator } = node;
      const left = compile(node.left);
      const right = compile(node.right);
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        frame.run.at = at;
        return calculate(operator, a, b, frame.run.budget);
      };
    }
    case 'concat':
      return compileConcat(node, compile);
    case 'compare':
      return compileCompare(node, compile);
    case 'condition':
      return compileCondition(node, place);
    default:
      return compileCollection(node, compile);
  }
}

function constant(value: Value): Evaluate {
  return () => value;
}

/** A string of the author's: marked as such in runs that escape. */
function text(value: string): Evaluate {
  const own = marked(value, 'everywhere');
  const plain: Evaluate = ({ run }) => (run.options.automatic ? own : value);
  if (!hasParameter(value)) return plain;
  return ({ run }) => substitute(value, run);
}

function compileCollection(node: Of<'tuple' | 'list' | 'dict'>, compile: Compile): Evaluate {
  if (node.kind === 'dict') {
    const pairs = node.items.map(([key, value]): [Evaluate, Evaluate] => [compile(key), compile(value)]);
    return (frame) => {
      frame.run.budget.entries(pairs.length);
      return new Map(pairs.map(([key, value]) => [asKey(key(frame)), value(frame)]));
    };
  }
  const items = node.items.map(compile);
  const make = (frame: Frame): Value[] => {
    frame.run.budget.items(items.length);
    return items.map((each) => each(frame));
  };
  if (node.kind === 'tuple') return (frame) => new Tuple(make(frame));
  const parameter = parameterOf(node);
  if (parameter === null) return make;
  return (frame) => {
    const { parameters } = frame.run;
    const value = parameters === null ? undefined : entry(parameters, parameter);
    return value === undefined ? make(frame) : value;
  };
}

function compileApplied(node: Of<'filter' | 'test'>, place: Place, compile: Compile): Evaluate {
  const { name, at, kind } = node;
  const table: ReadonlyMap<string, Filter> = kind === 'filter' ? filters : tests;
  const found = table.get(name);
  const of = node.of === null ? place.input! : compile(node.of);
  const args = compileArgs(node, compile);
  if (found === undefined) {
    const message = `There is no ${kind} ${name}.`;
    if (!place.soft) throw new LexError(message, at);
    return ({ run }) => {
      run.at = at;
      throw new LanguageError(message);
    };
  }
  return (frame) => {
    const value = of(frame);
    const given = args(frame);
    frame.run.at = at;
    return apply(name, found, value, given, frame.run);
  };
}

function compileLogic(node: Of<'and' | 'or'>, compile: Compile): Evaluate {
  const left = compile(node.left);
  const right = compile(node.right);
  const stops = node.kind === 'or';
  return (frame) => {
    const value = left(frame);
    return isTrue(value) === stops ? value : right(frame);
  };
}

function compileConcat({ items, at }: Of<'concat'>, compile: Compile): Evaluate {
  const parts = items.map(compile);
  return (frame) => {
    const { run } = frame;
    const values = parts.map((part) => part(frame));
    run.at = at;
    const texts = values.map((value) => toText(value, run.budget));
    const author = texts.find((part) => part instanceof Marked);
    return join(
      texts.map((part, i) => beside(author, values[i], part)),
      run,
    );
  };
}

function join(texts: Text[], run: Run): Text {
  if (!run.autoescape || !texts.some((part) => part instanceof Markup)) return concat(texts, run.budget);
  return asMarkup(concat(texts.map(escapeMarkup), run.budget));
}

const COMPARE: Record<CompareOperator, (a: Value, b: Value, run: Run) => boolean> = {
  '==': (a, b, { budget }) => equals(a, b, budget),
  '!=': (a, b, { budget }) => !equals(a, b, budget),
  '<': (a, b, { budget }) => order(a, b, budget) < 0,
  '<=': (a, b, { budget }) => order(a, b, budget) <= 0,
  '>': (a, b, { budget }) => order(a, b, budget) > 0,
  '>=': (a, b, { budget }) => order(a, b, budget) >= 0,
  in: (a, b, { budget }) => contains(b, a, budget),
  'not in': (a, b, { budget }) => !contains(b, a, budget),
};

function compileCompare({ first, rest, at }: Of<'compare'>, compile: Compile): Evaluate {
  const start = compile(first);
  const chain = rest.map(([operator, node]): [(typeof COMPARE)['<'], Evaluate] => [COMPARE[operator], compile(node)]);
  return (frame) => {
    let left = start(frame);
    for (const [holds, node] of chain) {
      const right = node(frame);
      frame.run.at = at;
      if (!holds(left, right, frame.run)) return false;
      left = right;
    }
    return true;
  };
}

const NOTHING_CHOSEN = new Undefined('The condition was false, and there is no else', true);

function compileCondition(node: Of<'condition'>, place: Place): Evaluate {
  const soft = { ...place, soft: true };
  const test = compileExpression(node.test, soft);
  const yes = compileExpression(node.yes, soft);
  const no = node.no === null ? constant(NOTHING_CHOSEN) : compileExpression(node.no, soft);
  return (frame) => (isTrue(test(frame)) ? yes(frame) : no(frame));
}
