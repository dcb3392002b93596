/** Jinja as Jinja2 3.1 runs it, without other templates, and with what Bloomreach adds to it. */
import type { Scope as Context, Language, RunOptions, Template } from '../../language.ts';
import { Budget, copyOf, isMap, Source, type Value } from '../core/index.ts';
import { type Blocks, Compiler } from './compile-statement.ts';
import { filters } from './filters/index.ts';
import { globalOf } from './globals.ts';
import { LexError, tokenize } from './lexer.ts';
import type { Execute } from './loops.ts';
import { CHANGING, methodOf } from './methods/index.ts';
import { parseTemplate } from './parse-statement.ts';
import { outputOf } from './printing.ts';
import type { Frame, Run } from './run.ts';
import { declaredIn, Scope } from './scope.ts';
import { TokenStream } from './stream.ts';
import { tests } from './tests.ts';

/** A method that changes its list or map is named somewhere. */
const CHANGES = new RegExp(`\\b(?:${CHANGING.join('|')})\\s*\\(|["'](?:${CHANGING.join('|')})["']`);

/** Line ends are one character, and one at the end of the template is not put out. */
function normalize(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
}

/** The context with what the template reads of it copied, so that it can be changed. */
function copied(context: Context, budget: Budget): Context {
  const copies = new Map<object, Value>();
  const values: Context = {};
  for (const name of Object.keys(context)) {
    const get = () => copyOf(context[name], budget, copies);
    Object.defineProperty(values, name, { get, enumerable: true });
  }
  return values;
}

class RunState implements Run {
  readonly budget = new Budget();
  readonly filters = filters;
  readonly tests = tests;
  readonly options: RunOptions;
  readonly source: Source;
  readonly blocks: Blocks;
  readonly scope: Context;
  root: Frame | null = null;
  at = 0;
  autoescape = false;
  readonly #globals = new Map<string, Value>();

  constructor(source: Source, context: Context, options: RunOptions, blocks: Blocks, changes: boolean) {
    this.source = source;
    this.options = options;
    this.blocks = blocks;
    this.scope = changes ? copied(context, this.budget) : context;
  }

  get parameters() {
    const { parameters } = this.scope;
    return isMap(parameters) ? parameters : null;
  }

  global(name: string): Value {
    let value = this.#globals.get(name);
    if (value === undefined) {
      value = globalOf(name, this);
      if (value !== undefined) this.#globals.set(name, value);
    }
    return value;
  }

  method(of: Value, name: string): Value {
    return methodOf(of, name, this);
  }
}

function compile(source: Source): { execute: Execute; blocks: Blocks } {
  try {
    const statements = parseTemplate(new TokenStream(tokenize(source)));
    const compiler = new Compiler(source);
    const scope = new Scope(null, false, declaredIn(statements));
    return { execute: compiler.body(statements, { scope, soft: false }), blocks: compiler.blocks };
  } catch (error) {
    throw source.failure(error, error instanceof LexError ? error.offset : 0);
  }
}

/** Jinja; snippets are not read, since nothing in it may name another template. */
export function createJinja(): Language {
  return {
    parse(text, field): Template {
      const source = new Source(normalize(text), field);
      const { execute, blocks } = compile(source);
      const changes = CHANGES.test(source.text);
      return {
        run(context, options) {
          const run = new RunState(source, context, options, blocks, changes);
          const frame: Frame = { run, vars: [], up: null };
          run.root = frame;
          const out = outputOf(run);
          try {
            execute(frame, out);
          } catch (error) {
            throw source.failure(error, run.at);
          }
          return out.pieces;
        },
      };
    },
  };
}
