/** Runs statements. */
import {
  AbortSignal,
  entriesOf,
  isMap,
  jsonText,
  Marked,
  marked,
  Output,
  type Text,
  Tool,
  type Value,
} from '../core/index.ts';
import { assign } from './assign.ts';
import type { Expr, Macro, Node, Ref } from './ast.ts';
import { TextBlock } from './block.ts';
import { Evaluator } from './evaluate.ts';
import { Loop } from './loop.ts';
import { Entries } from './methods/entries.ts';
import { textOf } from './print.ts';
import type { Before, Run } from './run.ts';

/** How statements ended: `break` ends what is around them, `stop` everything. */
export type Signal = 'next' | 'break' | 'stop';
type Of<Kind extends Node['kind']> = Extract<Node, { kind: Kind }>;

const evaluator = new Evaluator(capture);

/** The Output of a run. */
export function outputOf({ budget, options }: Run): Output {
  return new Output(budget, options, (value) => textOf(value ?? '', budget));
}

/** A text within an expression has stopped the run; what was put out before stands. */
export class Stopped extends Error {}

/** What nodes put out, as one text. Throws Stopped. */
export function capture(nodes: readonly Node[], run: Run): Text {
  const out = outputOf(run);
  const signal = execute(nodes, run, out);
  if (signal === 'stop' || (signal === 'break' && run.loop === null)) throw new Stopped();
  const text = out.text();
  run.budget.use(String(text).length);
  return text;
}

/** Runs nodes one after another. */
export function execute(nodes: readonly Node[], run: Run, out: Output): Signal {
  run.budget.enter();
  for (const node of nodes) {
    run.budget.step();
    const signal = one(node, run, out);
    if (signal !== 'next') {
      run.budget.leave();
      return signal;
    }
  }
  run.budget.leave();
  return 'next';
}

function one(node: Node, run: Run, out: Output): Signal {
  switch (node.kind) {
    case 'text':
      out.literal(node.piece);
      return 'next';
    case 'ref':
      return print(node, run, out);
    case 'set':
      run.at = node.target.at;
      assign(node.target, evaluator.value(node.value, run), run, evaluator);
      return 'next';
    case 'if':
      for (const { test, body } of node.branches) {
        if (evaluator.holds(test, run)) return execute(body, run, out);
      }
      return node.otherwise.length === 0 ? 'next' : execute(node.otherwise, run, out);
    case 'foreach':
      return foreach(node, run, out);
    case 'call':
      return call(node, run, out);
    case 'define':
      run.set(node.name, blockOf(node.body, run));
      return 'next';
    case 'evaluate':
      return evaluate(node, run, out);
    case 'stop':
    case 'break':
      return node.kind;
    case 'abort':
      run.at = node.at;
      throw new AbortSignal(node.reason === null ? 'aborted' : textOf(evaluator.value(node.reason, run), run.budget));
  }
}

function blockOf(nodes: readonly Node[], run: Run): TextBlock {
  return new TextBlock(
    (out) => {
      execute(nodes, run, out);
    },
    () => capture(nodes, run),
  );
}

/** Puts a reference out, with the backslashes before it: half of them, and an odd one makes it text. */
function print(ref: Ref, run: Run, out: Output): Signal {
  const value = evaluator.reference(ref, run);
  const none = value === null || value === undefined;
  const { slashes, dollars, literal } = ref;
  if (slashes > 0) {
    const half = '\\'.repeat(slashes >> 1);
    const escaped = slashes % 2 === 1;
    const before = escaped ? half + (none ? '\\' : '') : half + (none ? half : '') + dollars;
    if (before !== '') out.literal({ ...literal, value: before });
    if (escaped) {
      out.literal(literal);
      return 'next';
    }
  }
  if (!none) put(value, ref, run, out);
  else if (ref.quiet) {
    if (run.options.automatic) out.value(null, literal.place);
  } else out.literal(ref.steps.length === 0 ? (run.literals.get(ref.name) ?? literal) : literal);
  return 'next';
}

function put(value: Value, ref: Ref, run: Run, out: Output): void {
  const { automatic, fragments } = run.options;
  const { place } = ref.literal;
  if (value instanceof TextBlock) {
    value.render(out);
  } else if (automatic && fragments && (Array.isArray(value) || isMap(value))) {
    out.fragment(jsonText(value, run.budget), textOf(value, run.budget), place);
  } else out.value(value instanceof Tool ? String(value) : value, place);
}

/** The values that `#foreach` goes through; null where it goes through none at all. */
function itemsOf(value: Value, run: Run): readonly Value[] | null {
  if (Array.isArray(value)) return [...value];
  if (value instanceof Entries) return value.rest();
  if (!isMap(value)) return null;
  const entries = entriesOf(value);
  run.budget.items(entries.length);
  return entries.map(([, item]) => item);
}

function foreach(node: Of<'foreach'>, run: Run, out: Output): Signal {
  run.at = node.at;
  const items = itemsOf(evaluator.value(node.list, run), run) ?? [];
  if (items.length === 0) return execute(node.otherwise, run, out);
  const before = run.before(node.name);
  const loop = new Loop(items.length, run.loop);
  run.loop = loop;
  let signal: Signal = 'next';
  for (const item of items) {
    run.set(node.name, item);
    signal = execute(node.body, run, out);
    if (signal !== 'next') break;
    loop.index++;
  }
  run.loop = loop.parent;
  run.restore(node.name, before);
  return signal === 'stop' ? 'stop' : 'next';
}

function call(node: Of<'call'>, run: Run, out: Output): Signal {
  const macro = run.macros.get(node.name);
  if (macro === undefined) {
    out.literal(node.literal);
    return 'next';
  }
  run.at = node.at;
  const given = node.args.map((arg) => evaluator.value(arg, run));
  const before: [string, Before][] = [];
  const literals = new Map(run.literals);
  const bind = (name: string, value: Value) => {
    before.push([name, run.before(name)]);
    run.set(name, value);
  };
  macro.parameters.forEach(({ name }, i) => {
    bindOne(macro, i, given, node.args, run, bind);
    if (node.args[i] === undefined) run.literals.delete(name);
  });
  if (node.body !== null) bind('bodyContent', blockOf(node.body, run));
  const signal = execute(macro.body, run, out);
  for (const [name, value] of before.reverse()) run.restore(name, value);
  run.literals.clear();
  for (const [name, literal] of literals) run.literals.set(name, literal);
  return signal === 'stop' ? 'stop' : 'next';
}

/** Gives a macro's parameter its value; one that it wasn't called with keeps what its name means outside. */
function bindOne(
  { parameters }: Macro,
  i: number,
  given: readonly Value[],
  args: readonly Expr[],
  run: Run,
  bind: (name: string, value: Value) => void,
): void {
  const { name, otherwise } = parameters[i]!;
  const arg = args[i];
  if (arg === undefined) {
    if (otherwise !== null) bind(name, evaluator.value(otherwise, run));
    return;
  }
  bind(name, given[i]);
  if (arg.kind === 'ref') run.literals.set(name, arg.literal);
  else run.literals.delete(name);
}

/** Runs a text as a template. Where the text is data, all that it puts out is data too. */
function evaluate(node: Of<'evaluate'>, run: Run, out: Output): Signal {
  run.at = node.at;
  const value = evaluator.value(node.value, run);
  if (value === null || value === undefined) return 'next';
  const authored = value instanceof Marked && value.parts.every(({ safe }) => safe === 'everywhere');
  const text = textOf(value, run.budget);
  run.budget.use(text.length * 4);
  const nodes = run.parse(text, node.at);
  if (authored || !run.options.automatic) return execute(nodes, run, out) === 'stop' ? 'stop' : 'next';
  const inner = outputOf(run);
  const signal = execute(nodes, run, inner);
  out.value(marked(String(inner.text()), 'nowhere'), null);
  return signal === 'stop' ? 'stop' : 'next';
}
